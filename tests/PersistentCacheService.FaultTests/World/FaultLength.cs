namespace PersistentCacheService.FaultTests.World;

/// <summary>How long the tests run: the fast form of <c>make test</c>, or the full one of <c>make test-faults</c>.</summary>
internal static class FaultLength
{
    /// <summary>Whether FAULTS=full is set.</summary>
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("FAULTS") == "full";

    /// <summary>Visibility timeout of the queues. A tenth would do; 5 s keep a busy machine from delivering messages twice all by itself.</summary>
    public static TimeSpan VisibilityTimeout { get; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an outage lasts: five visibility timeouts in full, so that a service which goes on receiving would send messages to the dead-letter queue.</summary>
    public static TimeSpan Outage { get; } = IsFull ? VisibilityTimeout * 5 : TimeSpan.FromSeconds(3);

    /// <summary>One of two numbers.</summary>
    public static int Of(int fast, int full) => IsFull ? full : fast;
}
