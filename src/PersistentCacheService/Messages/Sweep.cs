namespace PersistentCacheService.Messages;

/// <summary>Something changed for customers the message does not name: every cached customer has to be refreshed.</summary>
/// <param name="type">Kind of message.</param>
/// <param name="since">SentTimestamp of the message, Unix ms; what it tells of had happened by then.</param>
internal sealed class Sweep(MessageType type, long since) : CacheOperation(type)
{
    /// <summary>SentTimestamp of the message, Unix ms.</summary>
    public long Since { get; } = since;
}
