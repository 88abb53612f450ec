using EntitlementCache.Redis;

namespace PersistentCacheService.Warming;

/// <summary>The scripts of the marker and of warm-ups. They call <c>MGET</c>, <c>SET</c> and <c>DEL</c>, as those of the cache do.</summary>
internal static class WarmScripts
{
    /// <summary>Looks whether the data is still that of before.</summary>
    public static RedisScript Beat { get; } = Load("epoch-beat");

    /// <summary>Claims customers.</summary>
    public static RedisScript Claim { get; } = Load("warm-claim");

    /// <summary>Prolongs claims.</summary>
    public static RedisScript Renew { get; } = Load("warm-renew");

    /// <summary>Ends claims.</summary>
    public static RedisScript Settle { get; } = Load("warm-settle");

    /// <summary>Permits calls.</summary>
    public static RedisScript Permit { get; } = Load("warm-permit");

    private static RedisScript Load(string name) => RedisScript.Load(typeof(WarmScripts).Assembly, name);
}
