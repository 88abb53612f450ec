namespace PersistentCacheService.Messages;

/// <summary>A type nobody told us about, without a customer in it: acknowledge, count, and warn (at most once a minute per type).</summary>
internal sealed class UnknownType(string name) : CacheOperation(MessageType.Unknown)
{
    /// <summary>The type as the message spells it, cut to 64 characters, control characters replaced: safe to log.</summary>
    public string Name { get; } = name;
}
