namespace PersistentCacheService.Settings;

/// <summary>How values are laid out, keyed and kept in Redis.</summary>
/// <param name="EnvironmentPrefix">First part of every key. <c>ENVIRONMENT_PREFIX</c> (or <c>REDIS_ENVIRONMENT_PREFIX</c>), default <c>production</c>; not empty.</param>
/// <param name="KeysTtlInSeconds">Expiry of every key written, in seconds. <c>KEYS_TTL_IN_SECS</c>, default 604800; negative: no expiry; zero is refused.</param>
/// <param name="UpdatePolicy"><c>CACHE_UPDATE_POLICY</c>, default <see cref="CacheUpdatePolicy.UpdateIfExists"/>.</param>
/// <param name="Layout"><c>CACHE_LAYOUT</c>, default <see cref="CacheLayout.V3"/>.</param>
/// <param name="LockRetryCount">Attempts against a customer that an SDK process holds locked, the first one included. <c>CACHE_LOCK_RETRY_COUNT</c>, default 240; at least 1.</param>
internal sealed record CacheSettings(
    string EnvironmentPrefix,
    int KeysTtlInSeconds,
    CacheUpdatePolicy UpdatePolicy,
    CacheLayout Layout,
    int LockRetryCount);
