namespace EntitlementCache.Settings;

/// <summary>Whether and how fast all cached customers are refreshed when an event asks for it.</summary>
/// <param name="IsOn"><c>CACHE_SWEEP</c>, default off: such events are acknowledged, and nothing is refreshed.</param>
/// <param name="RatePerSecond">Edge API calls a second over all replicas. <c>CACHE_SWEEP_RATE_PER_SEC</c>, default <see cref="DefaultRate"/>; at least 1.</param>
internal sealed record SweepSettings(bool IsOn, int RatePerSecond)
{
    /// <summary>20 calls a second (CONTRACT 5): 100,000 customers in an hour and a half.</summary>
    public const int DefaultRate = 20;

    /// <summary>What holds when nothing is configured.</summary>
    public static readonly SweepSettings Off = new(IsOn: false, DefaultRate);
}
