namespace PersistentCacheService.Refetching;

/// <summary>
/// What a sweep or a warm-up did to a customer or resource; the label <c>result</c> of <c>persistent_cache_sweep_customers_total</c> and
/// <c>persistent_cache_warm_customers_total</c>.
/// </summary>
internal enum RefetchResult
{
    /// <summary>Fetched and written.</summary>
    Written,

    /// <summary>Fetched, but Redis has newer values by now.</summary>
    SkippedOlder,

    /// <summary>Not cached any more, and the policy is not to create it.</summary>
    SkippedAbsent,

    /// <summary>The Edge API has none, or nothing for it: removed from the cache.</summary>
    Purged,

    /// <summary>Not refreshed in spite of repeated attempts; what is cached stays.</summary>
    Failed,

    /// <summary>Cached already, or fetched within the last hour: no call was made. Warm-ups alone do so; it stays the last member.</summary>
    SkippedFresh,
}
