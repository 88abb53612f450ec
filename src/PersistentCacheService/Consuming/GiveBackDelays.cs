namespace PersistentCacheService.Consuming;

/// <summary>How long a message that is given back stays hidden, by reason. Pure arithmetic; whole seconds, because SQS knows no others.</summary>
internal static class GiveBackDelays
{
    /// <summary>A refused write first comes back after this.</summary>
    public static readonly TimeSpan FirstRefusal = TimeSpan.FromSeconds(10);

    /// <summary>And never later than this: a person who repaired something wants to see it.</summary>
    public static readonly TimeSpan LongestRefusal = TimeSpan.FromMinutes(10);

    /// <summary>A message that needs the Edge API first comes back after this at the latest.</summary>
    public static readonly TimeSpan FirstRefresh = TimeSpan.FromSeconds(15);

    /// <summary>A message that needs the Edge API waits no longer, deliveries left.</summary>
    public static readonly TimeSpan LongestRefresh = TimeSpan.FromMinutes(15);

    /// <summary>With one delivery left such a message waits this long: late is better than in the dead-letter queue.</summary>
    public static readonly TimeSpan LastRefresh = TimeSpan.FromMinutes(30);

    /// <summary>A locked customer's message first comes back after this at the latest, after half of it at the soonest: a dead SDK process's lock, 5 s, is gone then.</summary>
    public static readonly TimeSpan FirstLock = TimeSpan.FromSeconds(15);

    /// <summary>It waits no longer, deliveries left: its customer's cache is stale meanwhile.</summary>
    public static readonly TimeSpan LongestLock = TimeSpan.FromMinutes(10);

    /// <summary>
    /// With one delivery left it waits this long. So it outlives a lock that is held for 8 minutes in a row, after which something else must be wrong, under
    /// every redrive policy that allows two deliveries.
    /// </summary>
    public static readonly TimeSpan LastLock = TimeSpan.FromMinutes(15);

    // Returned messages come back spread over this time instead of all at once.
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Redis is out: longer than any long poll that is still open somewhere can last, so that the message is not received again while
    /// nobody can apply it. It then waits visibly, and its receive count grew by one in the whole outage.
    /// </summary>
    /// <param name="waitTime">Long poll of a receive call.</param>
    /// <param name="random">Evenly random in [0, 1).</param>
    public static TimeSpan Outage(TimeSpan waitTime, double random) => WholeSeconds(waitTime + TimeSpan.FromSeconds(1) + (Spread * random));

    /// <summary>
    /// An SDK held the customer's lock through every attempt, some 20 s of them: a process that hangs and extends its lock, or many that take turns. Doubling
    /// with each delivery, half of it random, so that it uses up few of them.
    /// </summary>
    /// <param name="receiveCount">Deliveries so far, 1 at the first.</param>
    /// <param name="maxReceiveCount">Deliveries after which the queue moves a message to its dead-letter queue; null: it never does, or is not known.</param>
    /// <param name="random">Evenly random in [0, 1).</param>
    public static TimeSpan Lock(int receiveCount, int? maxReceiveCount, double random) =>
        UpperHalf(IsLast(receiveCount, maxReceiveCount) ? LastLock : Doubled(FirstLock, LongestLock, receiveCount), random);

    /// <summary>Memory ran out while the message was handled: as for a lock, because most often it is not the message's fault.</summary>
    /// <inheritdoc cref="Lock"/>
    public static TimeSpan Memory(int receiveCount, int? maxReceiveCount, double random) => Lock(receiveCount, maxReceiveCount, random);

    /// <summary>Redis refuses this very write: doubling with each delivery, half of it random.</summary>
    /// <param name="receiveCount">Deliveries so far, 1 at the first.</param>
    /// <param name="random">Evenly random in [0, 1).</param>
    public static TimeSpan Refusal(int receiveCount, double random) => UpperHalf(Doubled(FirstRefusal, LongestRefusal, receiveCount), random);

    /// <summary>
    /// The Edge API does not answer: doubling with each delivery, half of it random, so that an outage uses up few of them. With one delivery left the
    /// message waits long enough to outlive most outages.
    /// </summary>
    /// <param name="receiveCount">Deliveries so far, 1 at the first.</param>
    /// <param name="maxReceiveCount">Deliveries after which the queue moves a message to its dead-letter queue; null: it never does, or is not known.</param>
    /// <param name="retryIn">Nobody calls the API before this has passed.</param>
    /// <param name="random">Evenly random in [0, 1).</param>
    public static TimeSpan EdgeApi(int receiveCount, int? maxReceiveCount, TimeSpan retryIn, double random)
    {
        var full = IsLast(receiveCount, maxReceiveCount) ? LastRefresh : Doubled(FirstRefresh, LongestRefresh, receiveCount);
        return UpperHalf(full > retryIn * 2 ? full : retryIn * 2, random);
    }

    /// <summary>Whether the next delivery is the last one.</summary>
    private static bool IsLast(int receiveCount, int? maxReceiveCount) => receiveCount >= maxReceiveCount - 1;

    private static TimeSpan Doubled(TimeSpan first, TimeSpan longest, int receiveCount)
    {
        var full = first * (1 << Math.Clamp(receiveCount - 1, 0, 16));
        return full < longest ? full : longest;
    }

    private static TimeSpan UpperHalf(TimeSpan full, double random) => WholeSeconds(full * (0.5 + (random / 2)));

    private static TimeSpan WholeSeconds(TimeSpan delay) => TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds));
}
