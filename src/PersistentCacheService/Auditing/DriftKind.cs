namespace PersistentCacheService.Auditing;

/// <summary>How a cached customer differs from what the Edge API says; the label <c>kind</c> of <c>persistent_cache_drift_total</c>.</summary>
internal enum DriftKind
{
    /// <summary>The Edge API has it, the cache has not; or a value or its timestamp stands alone.</summary>
    Missing,

    /// <summary>The cache has an older state: a change did not reach it.</summary>
    Stale,

    /// <summary>The cache has another state of the same time.</summary>
    Different,

    /// <summary>The cached entitlement has ended, and the Edge API has another one.</summary>
    Expired,

    /// <summary>Usage of an entitlement that the cached customer does not have. No reader looks at it, and it expires: it is told, and is no drift.</summary>
    OrphanedUsage,

    /// <summary>No reader can read it.</summary>
    Undecodable,

    /// <summary>A name, a unit or a reset period that applications show is another one. Access is the same: it is told, and is no drift.</summary>
    Display,
}
