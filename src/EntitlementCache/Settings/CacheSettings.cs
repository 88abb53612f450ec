namespace EntitlementCache.Settings;

/// <summary>How values are laid out, keyed and kept in Redis.</summary>
/// <param name="EnvironmentPrefix">First part of every key. <c>ENVIRONMENT_PREFIX</c> (or <c>REDIS_ENVIRONMENT_PREFIX</c>), default <c>production</c>; not empty.</param>
/// <param name="KeysTtlInSeconds">Expiry of every key written, in seconds. <c>KEYS_TTL_IN_SECS</c>, default 604800; negative: no expiry; zero is refused.</param>
/// <param name="UpdatePolicy"><c>CACHE_UPDATE_POLICY</c>, default <see cref="CacheUpdatePolicy.UpdateIfExists"/>.</param>
/// <param name="Layout"><c>CACHE_LAYOUT</c>, default <see cref="CacheLayout.V3"/>.</param>
/// <param name="LockRetryCount">Attempts against a customer that an SDK process holds locked, the first one included. <c>CACHE_LOCK_RETRY_COUNT</c>, default 240; at least 1.</param>
/// <param name="CreditKeyPrefix">What stands before a credit's currency id in the name of its entry. <c>CACHE_CREDIT_KEY_PREFIX</c>, default <see cref="DefaultCreditKeyPrefix"/>; may be empty.</param>
internal sealed record CacheSettings(
    string EnvironmentPrefix,
    int KeysTtlInSeconds,
    CacheUpdatePolicy UpdatePolicy,
    CacheLayout Layout,
    int LockRetryCount,
    string CreditKeyPrefix = CacheSettings.DefaultCreditKeyPrefix)
{
    /// <summary>The one place of this name: nothing public settles it, and a reader that expects another one denies silently (CONTRACT 2).</summary>
    public const string DefaultCreditKeyPrefix = "CREDIT:";

    /// <summary>Whether and how fast all cached customers are refreshed when an event asks for it.</summary>
    public SweepSettings Sweep { get; init; } = SweepSettings.Off;

    /// <summary>Whether and how fast the cache is refilled after Redis lost it.</summary>
    public RefillSettings Refill { get; init; } = RefillSettings.Off;

    /// <summary>Cached customers compared with the Edge API a minute, over all replicas. <c>CACHE_AUDIT_RATE_PER_MIN</c>, default 0: none.</summary>
    public int AuditRatePerMinute { get; init; }
}
