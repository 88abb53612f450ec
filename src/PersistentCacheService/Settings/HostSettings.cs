namespace PersistentCacheService.Settings;

/// <summary>The process itself: its side server, its end, what it pushes to a collector.</summary>
internal sealed record HostSettings
{
    /// <summary>TCP port of /livez, /readyz, /metrics and the status page on all interfaces.</summary>
    public required int Port { get; init; }

    /// <summary>How long a stop waits for messages in hand.</summary>
    public required TimeSpan ShutdownTimeout { get; init; }

    /// <summary>Whether people are shown a page at /.</summary>
    public bool StatusPage { get; init; } = true;

    /// <summary>OpenTelemetry collector of metrics, null: no push.</summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>Spans that are pushed; null: none, and no message is traced.</summary>
    public TracingSettings? Tracing { get; init; }

    /// <summary>Whether the environment says anything about traces.</summary>
    public bool IsTracingDecided { get; init; }
}
