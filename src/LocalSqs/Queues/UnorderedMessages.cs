namespace LocalSqs.Queues;

/// <summary>Ready messages of a standard queue: first in, first out, or in random order when asked, as a standard queue may do.</summary>
internal sealed class UnorderedMessages : IReadyMessages
{
    private readonly Random? _shuffle;
    private readonly PriorityQueue<Message, long> _ready = new();
    private long _arrivals;

    /// <param name="shuffle">Source of the random order; null keeps the order of arrival.</param>
    public UnorderedMessages(Random? shuffle) => _shuffle = shuffle;

    public int Count { get; private set; }

    public void Add(Message message)
    {
        _ready.Enqueue(message, _shuffle?.NextInt64() ?? ++_arrivals);
        Count++;
    }

    public Message? Take(long receive)
    {
        while (_ready.TryDequeue(out var message, out _))
        {
            if (message.State == MessageState.Ready)
            {
                Count--;
                return message;
            }
        }

        return null;
    }

    public void Return(Message message) => Add(message);

    public void Release(Message message)
    {
        // Nothing waits for a message of a standard queue.
    }

    /// <inheritdoc/>
    /// <remarks>It stays inside until its turn comes: <see cref="Take"/> passes over what is no longer ready.</remarks>
    public void Remove(Message message) => Count--;

    public void Clear()
    {
        _ready.Clear();
        Count = 0;
    }

    public IEnumerable<Message> Snapshot() =>
        _ready.UnorderedItems
            .Where(static item => item.Element.State == MessageState.Ready)
            .OrderBy(static item => item.Priority)
            .Select(static item => item.Element);
}
