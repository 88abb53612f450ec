namespace EntitlementCache.Settings;

/// <summary>Whether and how fast the cache is refilled after Redis lost it.</summary>
/// <param name="IsOn"><c>CACHE_REFILL</c>, default off: a wipe is told, and readers fetch what they need.</param>
/// <param name="RatePerSecond">Edge API calls a second over all replicas and commands <c>warm</c>. <c>CACHE_REFILL_RATE_PER_SEC</c>, default <see cref="DefaultRate"/>; at least 1.</param>
/// <param name="Customers">Customers remembered for it. <c>CACHE_REFILL_CUSTOMERS</c>, default <see cref="DefaultCustomers"/>; 0: none.</param>
internal sealed record RefillSettings(bool IsOn, int RatePerSecond, int Customers)
{
    /// <summary>50 calls a second: 20,000 customers in 7 minutes.</summary>
    public const int DefaultRate = 50;

    /// <summary>At most 11 MB of memory.</summary>
    public const int DefaultCustomers = 100_000;

    /// <summary>What holds when nothing is configured.</summary>
    public static readonly RefillSettings Off = new(IsOn: false, DefaultRate, DefaultCustomers);
}
