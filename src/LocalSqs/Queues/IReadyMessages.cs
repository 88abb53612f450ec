namespace LocalSqs.Queues;

/// <summary>The messages that can be received now, in the order of a kind of queue. Not thread-safe.</summary>
internal interface IReadyMessages
{
    int Count { get; }

    /// <summary>Takes in a message that was sent.</summary>
    void Add(Message message);

    /// <summary>Takes a message out to be received; null when none may be received now.</summary>
    /// <param name="receive">Number of the receive: calls with one number belong to one answer.</param>
    Message? Take(long receive);

    /// <summary>Takes back a message that was taken out, because its visibility timeout ended.</summary>
    void Return(Message message);

    /// <summary>Hears that a message taken out is gone for good.</summary>
    void Release(Message message);

    /// <summary>Removes one that is inside.</summary>
    void Remove(Message message);

    void Clear();

    /// <summary>All messages inside, for inspection.</summary>
    IEnumerable<Message> Snapshot();
}
