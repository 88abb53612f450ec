namespace PersistentCacheService.Settings;

/// <summary>The process itself: its side server, its end, its metrics push.</summary>
internal sealed record HostSettings
{
    /// <summary>TCP port of /livez, /readyz and /metrics on all interfaces.</summary>
    public required int Port { get; init; }

    /// <summary>How long a stop waits for messages in hand.</summary>
    public required TimeSpan ShutdownTimeout { get; init; }

    /// <summary>OpenTelemetry collector, null: no push.</summary>
    public Uri? OtlpEndpoint { get; init; }
}
