namespace LocalSqs.Queues;

/// <summary>Ready messages of a standard queue: first in, first out, or in random order when asked, as a standard queue may do.</summary>
internal sealed class UnorderedMessages : IReadyMessages
{
    private readonly Random? _shuffle;
    private Message[] _ring = new Message[16];
    private int _head;
    private int _filled;

    /// <param name="shuffle">Source of the random order; null keeps the order of arrival.</param>
    public UnorderedMessages(Random? shuffle) => _shuffle = shuffle;

    public int Count { get; private set; }

    public void Add(Message message)
    {
        if (_filled == _ring.Length)
        {
            Grow();
        }

        _ring[Slot(_filled++)] = message;
        Count++;
    }

    public Message? Take(long receive)
    {
        while (_filled > 0)
        {
            if (_shuffle is not null)
            {
                var other = Slot(_shuffle.Next(_filled));
                (_ring[_head], _ring[other]) = (_ring[other], _ring[_head]);
            }

            var message = _ring[_head];
            _ring[_head] = null!;
            _head = Slot(1);
            _filled--;
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
    /// <remarks>The slot stays until its turn comes: <see cref="Take"/> passes over what is no longer ready.</remarks>
    public void Remove(Message message) => Count--;

    public void Clear()
    {
        Array.Clear(_ring);
        _head = _filled = Count = 0;
    }

    public IEnumerable<Message> Snapshot()
    {
        for (var i = 0; i < _filled; i++)
        {
            if (_ring[Slot(i)] is { State: MessageState.Ready } message)
            {
                yield return message;
            }
        }
    }

    // The length is a power of two.
    private int Slot(int offset) => (_head + offset) & (_ring.Length - 1);

    private void Grow()
    {
        var larger = new Message[_ring.Length * 2];
        for (var i = 0; i < _filled; i++)
        {
            larger[i] = _ring[Slot(i)];
        }

        _ring = larger;
        _head = 0;
    }
}
