namespace PersistentCacheService.Redis;

/// <summary>Tells that the client's state changed.</summary>
public sealed class RedisStatusChangedEventArgs(RedisStatus previous, RedisStatus current) : EventArgs
{
    /// <summary>The status until now.</summary>
    public RedisStatus Previous { get; } = previous;

    /// <summary>The status from now on.</summary>
    public RedisStatus Current { get; } = current;
}
