namespace PersistentCacheService.Messages;

/// <summary>Not a message of the contract: nothing is written, and it stays in the queue for the redrive policy.</summary>
internal sealed class Malformed(MessageType type, string reason) : CacheOperation(type)
{
    /// <summary>What is wrong, naming member and path, never content: safe to log.</summary>
    public string Reason { get; } = reason;
}
