namespace EntitlementCache.Settings;

/// <summary>How Stigg's Edge API is called.</summary>
internal sealed record EdgeApiSettings
{
    /// <summary>Base URL.</summary>
    public required Uri Url { get; init; }

    /// <summary>Server API key, sent in a header only.</summary>
    public required Secret ApiKey { get; init; }

    /// <summary>Deadline of one call.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Calls at once.</summary>
    public required int Concurrency { get; init; }
}
