using EntitlementCache.Redis;

namespace PersistentCacheService.Sweeping;

/// <summary>The scripts of the sweep but for its request, which is the cache's. They call <c>MGET</c>, <c>SET</c> and <c>DEL</c>, as those of the cache do: no further right is needed for them.</summary>
internal static class SweepScripts
{
    /// <summary>Takes the lease.</summary>
    public static RedisScript Take { get; } = Load("sweep-take");

    /// <summary>Prolongs the lease or gives it up.</summary>
    public static RedisScript Renew { get; } = Load("sweep-renew");

    /// <summary>Saves progress, or the end.</summary>
    public static RedisScript Save { get; } = Load("sweep-save");

    /// <summary>Permits calls.</summary>
    public static RedisScript Permit { get; } = Load("sweep-permit");

    /// <summary>Permits second looks of an audit.</summary>
    public static RedisScript PermitSecondLook { get; } = Load("audit-permit");

    private static RedisScript Load(string name) => RedisScript.Load(typeof(SweepScripts).Assembly, name);
}
