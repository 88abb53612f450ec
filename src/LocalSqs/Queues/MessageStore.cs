namespace LocalSqs.Queues;

/// <summary>The messages of one queue and the rules of their states. Knows no locks, waits and clocks: every call gets the time.</summary>
internal sealed class MessageStore
{
    private const long LongestInFlightTicks = 43_200 * TimeSpan.TicksPerSecond; // 12 h: SQS's maximum since the receive

    private readonly uint _queue;
    private readonly uint _instance;
    private readonly bool _fifo;
    private readonly IReadyMessages _ready;
    private readonly SortedSet<Message> _hidden = new(Comparer<Message>.Create(static (one, other) =>
        (one.DueTicks, one.Sequence).CompareTo((other.DueTicks, other.Sequence))));

    // Messages that were received at least once: only those have handles.
    private readonly Dictionary<long, Message> _received = [];
    private long _lastSequence;
    private long _lastReceive;

    public MessageStore(uint queue, uint instance, bool fifo, IReadyMessages ready)
    {
        _queue = queue;
        _instance = instance;
        _fifo = fifo;
        _ready = ready;
    }

    public int ReadyCount => _ready.Count;

    public int InFlightCount => _hidden.Count;

    /// <summary>When the next hidden message becomes visible; null when none is hidden.</summary>
    public long? NextDueTicks => _hidden.Min?.DueTicks;

    public void Add(Message message)
    {
        message.Sequence = ++_lastSequence;
        message.State = MessageState.Ready;
        _ready.Add(message);
    }

    /// <summary>Makes visible what is due. Every other call expects it to have run for its moment.</summary>
    public void ReleaseDue(Instant now)
    {
        while (_hidden.Min is { } message && message.DueTicks <= now.Ticks)
        {
            _hidden.Remove(message);
            message.State = MessageState.Ready;
            _ready.Return(message);
        }
    }

    /// <summary>Receives up to <paramref name="maximum"/> messages. On the way, those received too often move to <paramref name="deadLetters"/>.</summary>
    /// <param name="maximum">At most so many.</param>
    /// <param name="visibilityTicks">How long they are hidden.</param>
    /// <param name="maxReceiveCount">Receives after which a message is a dead letter; null when there is no dead-letter queue.</param>
    /// <param name="now">The moment.</param>
    /// <param name="received">Where they are added.</param>
    /// <param name="deadLetters">Where dead letters are added; they have left this queue.</param>
    public void Receive(
        int maximum, long visibilityTicks, int? maxReceiveCount, Instant now, List<ReceivedMessage> received, List<Message> deadLetters)
    {
        var receive = ++_lastReceive;
        while (received.Count < maximum && _ready.Take(receive) is { } message)
        {
            if (message.ReceiveCount >= maxReceiveCount)
            {
                Drop(message);
                deadLetters.Add(message);
                continue;
            }

            if (message.FirstReceivedAt == 0)
            {
                message.FirstReceivedAt = now.UnixMs;
                _received.Add(message.Sequence, message);
            }

            message.ReceiveCount++;
            message.State = MessageState.InFlight;
            message.ReceivedTicks = now.Ticks;
            message.DueTicks = now.Ticks + visibilityTicks;
            _hidden.Add(message);
            var handle = new ReceiptHandle(_queue, _instance, message.Sequence, message.ReceiveCount);
            received.Add(new ReceivedMessage(message, handle, message.ReceiveCount, message.FirstReceivedAt));
        }
    }

    /// <summary>Undoes a receive whose answer can no longer be delivered; the handles were never seen, so the receive does not count.</summary>
    public void TakeBack(ReceivedMessage received)
    {
        var message = received.Message;
        if (message.State != MessageState.InFlight || message.ReceiveCount != received.ReceiveCount)
        {
            return;
        }

        _hidden.Remove(message);
        if (--message.ReceiveCount == 0)
        {
            message.FirstReceivedAt = 0;
            _received.Remove(message.Sequence);
        }

        message.State = MessageState.Ready;
        _ready.Return(message);
    }

    /// <summary>Deletes what a handle stands for.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="receivedTicks">When the deleted message was handed out last, in monotonic ticks; 0 when nothing was deleted.</param>
    public DeleteOutcome Delete(in ReceiptHandle handle, out long receivedTicks)
    {
        receivedTicks = 0;
        if (handle.Queue != _queue)
        {
            return DeleteOutcome.Foreign;
        }

        if (Find(handle) is not { } message)
        {
            return DeleteOutcome.AlreadyGone;
        }

        if (message.ReceiveCount != handle.Receive)
        {
            return _fifo ? DeleteOutcome.Expired : DeleteOutcome.Stale;
        }

        if (message.State == MessageState.InFlight)
        {
            _hidden.Remove(message);
            _ready.Release(message);
        }
        else if (_fifo)
        {
            return DeleteOutcome.Expired;
        }
        else
        {
            _ready.Remove(message);
        }

        _received.Remove(message.Sequence);
        message.State = MessageState.Deleted;
        receivedTicks = message.ReceivedTicks;
        return DeleteOutcome.Deleted;
    }

    public VisibilityOutcome ChangeVisibility(in ReceiptHandle handle, long visibilityTicks, Instant now)
    {
        if (handle.Queue != _queue)
        {
            return VisibilityOutcome.Foreign;
        }

        if (Find(handle) is not { } message || message.ReceiveCount != handle.Receive)
        {
            return VisibilityOutcome.Gone;
        }

        if (message.State != MessageState.InFlight)
        {
            return VisibilityOutcome.NotInFlight;
        }

        var due = now.Ticks + visibilityTicks;
        if (due - message.ReceivedTicks > LongestInFlightTicks)
        {
            return VisibilityOutcome.BeyondLimit;
        }

        _hidden.Remove(message);
        message.DueTicks = due;
        _hidden.Add(message);
        ReleaseDue(now);
        return VisibilityOutcome.Changed;
    }

    public void Clear()
    {
        foreach (var message in Snapshot().ToList())
        {
            message.State = MessageState.Deleted;
        }

        _hidden.Clear();
        _ready.Clear();
        _received.Clear();
    }

    /// <summary>All messages: first the ready ones in their order, then those in flight.</summary>
    public IEnumerable<Message> Snapshot() => _ready.Snapshot().Concat(_hidden.OrderBy(static message => message.Sequence));

    private Message? Find(in ReceiptHandle handle) => handle.Instance == _instance ? _received.GetValueOrDefault(handle.Sequence) : null;

    private void Drop(Message message)
    {
        _received.Remove(message.Sequence);
        _ready.Release(message);
        message.State = MessageState.Deleted;
    }
}
