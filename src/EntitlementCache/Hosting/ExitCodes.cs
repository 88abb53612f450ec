namespace EntitlementCache.Hosting;

/// <summary>What the process ends with; where sysexits.h has a number for it, that one.</summary>
internal static class ExitCodes
{
    /// <summary>It was asked to stop and did; a command did what it should.</summary>
    public const int Stopped = 0;

    /// <summary>It could not go on; <c>healthcheck</c>: the worker is not healthy.</summary>
    public const int Crashed = 1;

    /// <summary><c>inspect</c>: a reader would not answer from the cache; <c>dlq explain</c>: no such message.</summary>
    public const int CacheMiss = 3;

    /// <summary><c>sweep</c>, <c>warm</c>, <c>audit</c>: some customers could not be fetched; <c>dlq</c>: some messages are still there.</summary>
    public const int Incomplete = 4;

    /// <summary><c>audit</c>: the cache is wrong about some customers.</summary>
    public const int Drift = 5;

    /// <summary>A wrong command line (EX_USAGE).</summary>
    public const int WrongUsage = 64;

    /// <summary>Redis, the queue or the Edge API is unavailable at the moment (EX_UNAVAILABLE): a retry may help.</summary>
    public const int Unavailable = 69;

    /// <summary>Try again (EX_TEMPFAIL): an SDK holds the customer's lock; a sweep, a warm-up, an audit or a replay was stopped before its end.</summary>
    public const int TryAgain = 75;

    /// <summary>The configuration is wrong (EX_CONFIG of sysexits.h): starting again cannot help.</summary>
    public const int WrongConfiguration = 78;
}
