using Microsoft.Extensions.Logging;
using PersistentCacheService.Settings;
using Sidecar.Decisions;

namespace Sidecar.Settings;

/// <summary>The whole configuration.</summary>
internal sealed record SidecarSettings
{
    /// <summary>TCP port of gRPC; 0: any free one.</summary>
    public required int Port { get; init; }

    /// <summary>TCP port of health, metrics and HTTP/JSON; 0: any free one.</summary>
    public required int HttpPort { get; init; }

    /// <summary>Path of the liveness answer, without slash.</summary>
    public string LivePath { get; init; } = "livez";

    /// <summary>Path of the readiness answer, without slash.</summary>
    public string ReadyPath { get; init; } = "readyz";

    /// <summary>Certificate of the gRPC port; null: plaintext.</summary>
    public string? TlsCertFile { get; init; }

    /// <summary>Its key.</summary>
    public string? TlsKeyFile { get; init; }

    /// <summary>Authorities of clients; null: clients need no certificate.</summary>
    public string? TlsClientCaFile { get; init; }

    /// <summary>The Edge API; its key also opens the GraphQL API. Null only offline.</summary>
    public required EdgeApiSettings? EdgeApi { get; init; }

    /// <summary>Base URL of the GraphQL API.</summary>
    public required Uri ApiUrl { get; init; }

    /// <summary>Redis; null: the cache is in this process.</summary>
    public required RedisSettings? Redis { get; init; }

    /// <summary>First part of every Redis key.</summary>
    public string RedisPrefix { get; init; } = "";

    /// <summary>Expiry of written keys in seconds; negative: none.</summary>
    public int RedisKeysTtl { get; init; }

    /// <summary>Layout of what is written to Redis.</summary>
    public CacheLayout Layout { get; init; }

    /// <summary>What the readers put before a currency id to name its entry.</summary>
    public string CreditKeyPrefix { get; init; } = CacheSettings.DefaultCreditKeyPrefix;

    /// <summary>Bound of the cache in this process.</summary>
    public long CacheMaxBytes { get; init; }

    /// <summary>Fallbacks of the configuration.</summary>
    public Fallbacks Fallbacks { get; init; } = Fallbacks.None;

    /// <summary>No network at all.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Least severe level that is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}
