using System.Collections.Immutable;
using EntitlementCache.Settings;
using Shared = EntitlementCache.Settings.SharedVariables;

namespace Sidecar.Settings;

/// <summary>Every environment variable of the Sidecar that the worker does not have too, or has with another default.</summary>
internal static class SidecarVariables
{
    public static readonly SettingVariable Port = new("PORT", SettingKind.Number, "TCP port of gRPC.") { Default = "80", Min = 0, Max = 65_535 };

    public static readonly SettingVariable HttpPort = new("HTTP_PORT", SettingKind.Number, "TCP port of health, metrics and HTTP/JSON.") { Default = "8080", Min = 0, Max = 65_535 };

    public static readonly SettingVariable LivePath = new("HEALTH_ENDPOINT_URL", SettingKind.Text, "Path of the liveness answer.") { Default = "livez" };

    public static readonly SettingVariable ReadyPath = new("READY_ENDPOINT_URL", SettingKind.Text, "Path of the readiness answer.") { Default = "readyz" };

    public static readonly SettingVariable TlsCertFile = new("TLS_CERT_FILE", SettingKind.File, "PEM file of the gRPC port's certificate; needs TLS_KEY_FILE.");

    public static readonly SettingVariable TlsKeyFile = new("TLS_KEY_FILE", SettingKind.File, "PEM file of its key.");

    public static readonly SettingVariable TlsClientCaFile = new("TLS_CLIENT_CA_FILE", SettingKind.File, "PEM file of the authorities that may have signed clients' certificates, which are then demanded.");

    public static readonly SettingVariable ServerApiKey = new("SERVER_API_KEY", SettingKind.Secret, "Stigg server API key; not needed with OFFLINE=1.")
    { DefaultNote = "**required**" };

    public static readonly SettingVariable ApiUrl = new("API_URL", SettingKind.Url, "Base URL of Stigg's GraphQL API.") { Default = "https://api.stigg.io" };

    public static readonly SettingVariable EdgeEnabled = new("EDGE_ENABLED", SettingKind.Flag, "Read from the Edge API; 0: from the GraphQL API.") { Default = "1" };

    public static readonly SettingVariable WsEnabled = new("WS_ENABLED", SettingKind.Flag, "Real-time updates of the cache in this process; with Redis the worker brings them.") { Default = "1" };

    public static readonly SettingVariable WsUrl = new("WS_URL", SettingKind.Text, "Base URL of the real-time updates, ws:// or wss://.") { Default = "wss://api.stigg.io" };

    public static readonly SettingVariable RedisPrefix = new("REDIS_ENVIRONMENT_PREFIX", SettingKind.Text, "First part of every Redis key; set: Redis is the cache.");

    public static readonly SettingVariable RedisKeysTtl = new("REDIS_KEYS_TTL_IN_SECS", SettingKind.Number, "Expiry of written keys in seconds; negative: none.")
    { Default = "604800", Min = int.MinValue, Max = int.MaxValue, Except = 0 };

    // A read that waits longer is better answered by the Edge API.
    public static readonly SettingVariable RedisCommandTimeout = new("REDIS_COMMAND_TIMEOUT_IN_MS", SettingKind.Number, "Deadline of one Redis command; after it the Edge API is asked.")
    { Default = "1000", Min = 50, Max = 120_000 };

    public static readonly SettingVariable EntitlementsFallback = new("ENTITLEMENTS_FALLBACK", SettingKind.Text, "JSON object of fallbacks by feature id.");

    public static readonly SettingVariable CacheMaxSize = new("CACHE_MAX_SIZE_BYTES", SettingKind.Number, "Bound of the cache in this process.")
    { DefaultNote = "half of the available memory", Min = 1, Max = long.MaxValue };

    public static readonly SettingVariable Offline = new("OFFLINE", SettingKind.Flag, "No network: reads answer the fallback, writes do nothing.") { Default = "0" };

    public static readonly SettingVariable ShutdownTimeout = new("SHUTDOWN_TIMEOUT_IN_SECS", SettingKind.Number, "How long a stop waits for calls in flight; keep it below the pod's grace period.")
    { Default = "25", Min = 1, Max = 600 };

    // Endpoints, DNS and the connections of load balancers follow a pod's readiness within some seconds.
    public static readonly SettingVariable ShutdownDelay = new("SHUTDOWN_DELAY_IN_SECS", SettingKind.Number, "How long a stop still takes calls, while /readyz says no, so that clients go elsewhere first; comes before that time.")
    { Default = "5", Min = 0, Max = 300 };

    private static readonly SettingVariable SentryEnvironment = Shared.SentryEnvironment with { DefaultNote = "REDIS_ENVIRONMENT_PREFIX, else `production`" };

    /// <summary>All variables of the Sidecar, those of the worker too; the reference documentation is generated from it.</summary>
    public static readonly ImmutableArray<SettingVariable> All =
    [
        ServerApiKey, Port, HttpPort, LivePath, ReadyPath, TlsCertFile, TlsKeyFile, TlsClientCaFile,
        EdgeEnabled, Shared.EdgeApiUrl, Shared.EdgeApiTimeout, Shared.EdgeApiConcurrency, ApiUrl, WsEnabled, WsUrl,
        RedisPrefix, .. Shared.RedisAccess, RedisCommandTimeout, RedisKeysTtl, Shared.CacheLayout, Shared.CreditKeyPrefix,
        CacheMaxSize, EntitlementsFallback, Offline,
        ShutdownTimeout, ShutdownDelay, Shared.LogLevel, Shared.LogMessageKey, Shared.LogErrorKey, Shared.SentryDsn, Shared.DisableSentry, SentryEnvironment,
    ];
}
