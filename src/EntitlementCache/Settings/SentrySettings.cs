namespace EntitlementCache.Settings;

/// <summary>Error reporting.</summary>
internal sealed record SentrySettings
{
    /// <summary>Where errors go; null: the Edge API's configuration may name it.</summary>
    public Secret? Dsn { get; init; }

    /// <summary>Nothing is reported.</summary>
    public required bool Disabled { get; init; }

    /// <summary>Environment named in reports.</summary>
    public required string Environment { get; init; }
}
