namespace PersistentCacheService.Sentry;

/// <summary>What to report errors with. Everything but the DSN is known at the start; that may follow through <see cref="SentryReporter.Configure"/>.</summary>
public sealed record SentryOptions
{
    /// <summary>Where events go; null or empty while it is not known. Never logged.</summary>
    public string? Dsn { get; init; }

    /// <summary>True switches reporting off for good, whatever DSN comes later.</summary>
    public bool Disabled { get; init; }

    /// <summary>Version of the service, e.g. <c>1.4.0</c>.</summary>
    public required string Release { get; init; }

    /// <summary>Environment events are filed under, e.g. <c>production</c>.</summary>
    public required string Environment { get; init; }

    /// <summary>Name of this instance; in Kubernetes the host name is the pod's.</summary>
    public string ServerName { get; init; } = System.Environment.MachineName;

    /// <summary>Events that may wait for delivery, 1 or more; further ones are dropped and counted. 50 events of 20 KB are a megabyte.</summary>
    public int QueueCapacity { get; init; } = 50;

    /// <summary>Limit of one delivery, connecting included.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the end of the process may wait for events not yet delivered.</summary>
    public TimeSpan FlushTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Names of structured log values and scope values that become tags. Nothing else of a log entry's values is sent.</summary>
    public IReadOnlyCollection<string> TagNames { get; init; } = [];

    /// <summary>Texts that must never leave the process, e.g. keys and passwords of the configuration; replaced wherever they occur.</summary>
    public IReadOnlyCollection<string> Secrets { get; init; } = [];

    /// <summary>Stack frames of this namespace and below are marked as ours; Sentry groups by them.</summary>
    public string InAppNamespace { get; init; } = "PersistentCacheService";

    /// <summary>Without the DSN and the secrets.</summary>
    public override string ToString() => $"SentryOptions {{ Release = {Release}, Environment = {Environment}, Disabled = {Disabled} }}";
}
