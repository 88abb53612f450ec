namespace EntitlementCache.Redis;

/// <summary>How long to wait before the next attempt to connect. A pure function of the attempt and one random number.</summary>
internal static class ReconnectBackoff
{
    /// <summary>Shortest wait: long enough for a restarting listener, short enough to go unnoticed.</summary>
    public static readonly TimeSpan Floor = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest wait: after a failover of a minute the service is back within seconds.</summary>
    public static readonly TimeSpan Cap = TimeSpan.FromSeconds(5);

    /// <summary>The backoff starts again only after a connection was good for this long: a flapping server must not be hammered.</summary>
    public static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(5);

    /// <summary>Beyond it the doubling has long passed the cap.</summary>
    private const int MaxDoublings = 16;

    /// <summary>
    /// Full jitter between <see cref="Floor"/> and a ceiling of 100 ms that doubles with every failed attempt up to <see cref="Cap"/>.
    /// Where only an operator can help, the wait is half to one <see cref="Cap"/> at once.
    /// </summary>
    /// <param name="attempt">Failed attempts before this wait, 0 for the first.</param>
    /// <param name="needsOperator">The reason is configuration, e.g. a wrong password.</param>
    /// <param name="random">0 (inclusive) to 1.</param>
    public static TimeSpan Next(int attempt, bool needsOperator, double random)
    {
        if (needsOperator)
        {
            return Cap * (0.5 + (random / 2));
        }

        var ceiling = Floor * 2 * (1 << Math.Min(attempt, MaxDoublings));
        var limited = ceiling < Cap ? ceiling : Cap;
        return Floor + ((limited - Floor) * random);
    }
}
