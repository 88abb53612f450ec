using PersistentCacheService.Caching;
using PersistentCacheService.Redis;

namespace PersistentCacheService.Sweeping;

/// <summary>The scripts of the sweep. They call <c>MGET</c>, <c>SET</c> and <c>DEL</c>, as those of the cache do: no further right is needed for them.</summary>
internal static class SweepScripts
{
    /// <summary>Records a request.</summary>
    public static RedisScript Request { get; } = CacheScripts.Load("sweep-request");

    /// <summary>Takes the lease.</summary>
    public static RedisScript Take { get; } = CacheScripts.Load("sweep-take");

    /// <summary>Prolongs the lease or gives it up.</summary>
    public static RedisScript Renew { get; } = CacheScripts.Load("sweep-renew");

    /// <summary>Saves progress, or the end.</summary>
    public static RedisScript Save { get; } = CacheScripts.Load("sweep-save");

    /// <summary>Permits calls.</summary>
    public static RedisScript Permit { get; } = CacheScripts.Load("sweep-permit");
}
