namespace PersistentCacheService.Redis.Protocol;

/// <summary>The bytes are not RESP2 or exceed a limit. Never thrown for data that is merely incomplete.</summary>
#pragma warning disable CA1064 // Never leaves the connection: it becomes a RedisException there.
internal sealed class RespProtocolException(string message) : Exception(message);
#pragma warning restore CA1064
