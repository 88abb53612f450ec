using EntitlementCache.Settings;

namespace PersistentCacheService.Settings;

/// <summary>The whole configuration, checked.</summary>
/// <param name="Queues">Which queues are consumed, the most important first; at least one.</param>
/// <param name="Cache">What is written.</param>
/// <param name="Redis">Where it is written.</param>
/// <param name="EdgeApi">Where refreshes are read.</param>
/// <param name="Sentry">Where errors are reported.</param>
/// <param name="Logging">What log lines look like.</param>
/// <param name="Host">The process itself.</param>
internal sealed record ServiceSettings(
    IReadOnlyList<QueueSettings> Queues,
    CacheSettings Cache,
    RedisSettings Redis,
    EdgeApiSettings EdgeApi,
    SentrySettings Sentry,
    LoggingSettings Logging,
    HostSettings Host)
{
    /// <summary>Every variable with what holds and where it is from, for people; no secrets.</summary>
    public IReadOnlyList<SettingInForce> InForce { get; init; } = [];

    /// <summary>Secrets of the environment that must not appear in what is shown or reported.</summary>
    public IReadOnlyList<Secret> Secrets { get; init; } = [];
}
