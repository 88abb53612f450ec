namespace EntitlementCache.Redis;

/// <summary>What is known about the connection at one moment.</summary>
/// <param name="State">Where the connection is in its life.</param>
/// <param name="LastFailure">Why the last connection ended or the last attempt failed; null when there was none yet.</param>
internal sealed record RedisStatus(RedisConnectionState State, RedisFailureException? LastFailure);
