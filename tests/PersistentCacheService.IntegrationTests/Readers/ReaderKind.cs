namespace PersistentCacheService.IntegrationTests.Readers;

/// <summary>Which of Stigg's published readers.</summary>
public enum ReaderKind
{
    /// <summary>@stigg/node-server-sdk 3.95.0: the old generation, layout v2.</summary>
    Sdk395,

    /// <summary>@stigg/cache-redis-store 1.29.0, the cache of SDK 4: the new generation, layout v3.</summary>
    Store,

    /// <summary>@stigg/node-server-sdk 4.43.0 over that cache.</summary>
    Sdk443,

    /// <summary>@stigg/node-server-sdk 4.55.0 over that cache.</summary>
    Sdk455,
}
