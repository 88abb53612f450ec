namespace EntitlementCache.Caching;

/// <summary>How long to wait for an SDK process that holds a customer's lock.</summary>
internal static class LockRetry
{
    // An SDK usually needs one round trip to read and one to write: it is often gone after 10 ms.
    private const double FirstMilliseconds = 10;

    // A crashed holder's lock lives for 5 s. 240 attempts of 100 ms outlive four of those (23.5 s), at 10 script calls a second.
    private const double LongestMilliseconds = 100;

    /// <summary>Delay before the next attempt: 10 ms more each time up to 100 ms, between half and one and a half of it.</summary>
    /// <param name="attempt">Attempts made so far, from 1.</param>
    /// <param name="random">0 (inclusive) to 1.</param>
    public static TimeSpan DelayAfter(int attempt, double random) =>
        TimeSpan.FromMilliseconds(Math.Min(FirstMilliseconds * attempt, LongestMilliseconds) * (0.5 + random));
}
