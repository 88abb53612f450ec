using EntitlementCache.Redis;

namespace EntitlementCache.Caching;

/// <summary>The scripts, one per operation; each is one round trip and atomic on the server.</summary>
internal static class CacheScripts
{
    /// <summary>Reply of the writing scripts when the customer's lock is held.</summary>
    public const long Locked = -1;

    /// <summary>Reply of the writing scripts when nothing is stored that may be updated.</summary>
    public const long Absent = -2;

    /// <summary>Entitlements, metadata and the usage that came with them.</summary>
    public static RedisScript SetCustomer { get; } = Load("set-customer", before: "newest-wins");

    /// <summary>Usage alone.</summary>
    public static RedisScript UpdateUsage { get; } = Load("update-usage", before: "newest-wins");

    /// <summary>Deletion.</summary>
    public static RedisScript Purge { get; } = Load("purge");

    /// <summary>The request of a sweep.</summary>
    public static RedisScript RequestSweep { get; } = Load("sweep-request");

    private static RedisScript Load(string name, string? before = null) => RedisScript.Load(typeof(CacheScripts).Assembly, name, before);
}
