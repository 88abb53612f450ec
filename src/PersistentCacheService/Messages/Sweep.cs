namespace PersistentCacheService.Messages;

/// <summary>Something changed for customers the message does not name: every cached customer has to be refreshed.</summary>
internal sealed class Sweep(MessageType type) : CacheOperation(type);
