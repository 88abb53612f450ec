namespace PersistentCacheService.Consuming;

/// <summary>How long a message that is given back stays hidden, by reason. Pure arithmetic; whole seconds, because SQS knows no others.</summary>
internal static class GiveBackDelays
{
    /// <summary>A refused write first comes back after this.</summary>
    public static readonly TimeSpan FirstRefusal = TimeSpan.FromSeconds(10);

    /// <summary>And never later than this: a person who repaired something wants to see it.</summary>
    public static readonly TimeSpan LongestRefusal = TimeSpan.FromMinutes(10);

    // Returned messages come back spread over this time instead of all at once.
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Redis is out: longer than any long poll that is still open somewhere can last, so that the message is not received again while
    /// nobody can apply it. It then waits visibly, and its receive count grew by one in the whole outage.
    /// </summary>
    /// <param name="waitTime">Long poll of a receive call.</param>
    /// <param name="random">Evenly random in [0, 1).</param>
    public static TimeSpan Outage(TimeSpan waitTime, double random) => WholeSeconds(waitTime + TimeSpan.FromSeconds(1) + (Spread * random));

    /// <summary>A customer is locked: an SDK's lock lasts 5 s unless it is extended.</summary>
    public static TimeSpan Lock(double random) => WholeSeconds(TimeSpan.FromSeconds(5) + (Spread * random));

    /// <summary>Redis refuses this very write: doubling with each delivery, half of it random.</summary>
    /// <param name="receiveCount">Deliveries so far, 1 at the first.</param>
    /// <param name="random">Evenly random in [0, 1).</param>
    public static TimeSpan Refusal(int receiveCount, double random)
    {
        var doublings = Math.Clamp(receiveCount - 1, 0, 16);
        var full = FirstRefusal * (1 << doublings);
        if (full > LongestRefusal)
        {
            full = LongestRefusal;
        }

        return WholeSeconds((full / 2) + (full / 2 * random));
    }

    private static TimeSpan WholeSeconds(TimeSpan delay) => TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds));
}
