using PersistentCacheService.Redis;

namespace PersistentCacheService.Caching;

/// <summary>The scripts, one per operation; each is one round trip and atomic on the server.</summary>
internal static class CacheScripts
{
    /// <summary>Reply of the writing scripts when the customer's lock is held.</summary>
    public const long Locked = -1;

    /// <summary>Reply of the writing scripts when nothing is stored that may be updated.</summary>
    public const long Absent = -2;

    /// <summary>Entitlements, metadata and the usage that came with them.</summary>
    public static RedisScript SetCustomer { get; } = Load("set-customer");

    /// <summary>Usage alone.</summary>
    public static RedisScript UpdateUsage { get; } = Load("update-usage");

    /// <summary>Deletion.</summary>
    public static RedisScript Purge { get; } = Load("purge");

    /// <summary>A script of this assembly, by its name.</summary>
    internal static RedisScript Load(string name)
    {
        using var resource = typeof(CacheScripts).Assembly.GetManifestResourceStream($"{name}.lua")
            ?? throw new InvalidOperationException($"The script {name}.lua is not embedded in the assembly.");
        using var reader = new StreamReader(resource);
        return new RedisScript(name, reader.ReadToEnd());
    }
}
