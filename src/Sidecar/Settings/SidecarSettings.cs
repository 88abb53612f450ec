using EntitlementCache.Settings;
using Sidecar.Decisions;

namespace Sidecar.Settings;

/// <summary>The whole configuration.</summary>
internal sealed record SidecarSettings
{
    /// <summary>Where calls come in.</summary>
    public required ListenSettings Listen { get; init; }

    /// <summary>The Edge API; its key also opens the GraphQL API. Null only offline.</summary>
    public required EdgeApiSettings? EdgeApi { get; init; }

    /// <summary>Reads ask the Edge API; false: the GraphQL API.</summary>
    public required bool IsEdgeEnabled { get; init; }

    /// <summary>Base URL of the GraphQL API.</summary>
    public required Uri ApiUrl { get; init; }

    /// <summary>Base URL of real-time updates; null: none.</summary>
    public required Uri? RealtimeUrl { get; init; }

    /// <summary>Redis; null: the cache is in this process.</summary>
    public required RedisSettings? Redis { get; init; }

    /// <summary>What is written to Redis.</summary>
    public required CacheSettings Cache { get; init; }

    /// <summary>Bound of the cache in this process.</summary>
    public required long CacheMaxBytes { get; init; }

    /// <summary>Fallbacks of the configuration.</summary>
    public required Fallbacks Fallbacks { get; init; }

    /// <summary>No network at all.</summary>
    public required bool IsOffline { get; init; }

    /// <summary>Error reports.</summary>
    public required SentrySettings Sentry { get; init; }

    /// <summary>How long a stop waits for calls in flight.</summary>
    public required TimeSpan ShutdownTimeout { get; init; }

    /// <summary>How long a stop still takes calls before that.</summary>
    public required TimeSpan ShutdownDelay { get; init; }
}
