namespace PersistentCacheService.Messages;

/// <summary>
/// What a message asks the cache to do; exactly one of the sealed types beside this file. An operation refers to the message body, so it is
/// encoded and disposed while the body is still there.
/// </summary>
/// <param name="type">Kind of message it came from.</param>
internal abstract class CacheOperation(MessageType type) : IDisposable
{
    /// <summary>Kind of message it came from.</summary>
    public MessageType Type { get; } = type;

    /// <summary>Entitlements of the message that are not in it, because they name no feature.</summary>
    public int LeftOut { get; init; }

    /// <summary>Whom it is about, for the log; <c>default</c> when nobody or several.</summary>
    public virtual CustomerIdentity Customer => default;

    /// <summary>Gives pooled memory back. Forgetting it costs a little garbage, nothing else.</summary>
    public virtual void Dispose()
    {
    }
}
