namespace PersistentCacheService.IntegrationTests.Readers;

/// <summary>Which of Stigg's published readers.</summary>
public enum ReaderKind
{
    /// <summary>@stigg/node-server-sdk 3.95: the old generation, layout v2.</summary>
    Sdk,

    /// <summary>@stigg/cache-redis-store 1.29, the cache of SDK 4: the new generation, layout v3.</summary>
    Store,
}
