namespace PersistentCacheService.Messages;

/// <summary>A known event that changes no cached value: acknowledge it.</summary>
internal sealed class Ignore(MessageType type) : CacheOperation(type);
