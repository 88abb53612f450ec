namespace PersistentCacheService.Redis;

/// <summary>What the client knows about its connection at one moment.</summary>
/// <param name="State">Where the connection is in its life.</param>
/// <param name="Since">When it got there.</param>
/// <param name="LastErrorKind">Why the last connection ended or the last attempt failed; null when there was none yet.</param>
/// <param name="LastErrorMessage">The same for people; no secrets.</param>
public sealed record RedisStatus(RedisConnectionState State, DateTimeOffset Since, RedisErrorKind? LastErrorKind, string? LastErrorMessage);
