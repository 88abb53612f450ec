namespace EntitlementCache.Settings;

/// <summary>Shape of the entitlements value that the readers of an installation understand (CONTRACT 2). Setting <c>CACHE_LAYOUT</c>.</summary>
internal enum CacheLayout
{
    /// <summary>SDK 4.12.1 and newer, Sidecar 5.194.5 and newer: features and credits, usage in <c>usageData</c>.</summary>
    V3,

    /// <summary>V3 plus the whole <c>featureUsage</c> of V2 in every feature: both generations read it during an upgrade.</summary>
    Dual,

    /// <summary>SDK 3: features only; credits cannot be represented and are left out, their usage keys too.</summary>
    V2,
}
