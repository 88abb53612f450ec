namespace EntitlementCache.Redis;

/// <summary>When a server counts as gone although its connection stands. StackExchange.Redis waits four command timeouts.</summary>
internal static class Liveness
{
    /// <summary>A connection without traffic for this long is asked for a reply: below the idle limits of usual load balancers and NATs.</summary>
    public static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(10);

    // A server that is alive and busy is silent for no longer, whatever the command timeout.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Nothing came for this long although something was sent: the peer is gone. Twice the command timeout but not above 5 s,
    /// and never below the command timeout, because a <c>CLIENT PAUSE</c> the timeout allows for must not cost the connection.
    /// </summary>
    public static TimeSpan SilenceLimit(TimeSpan commandTimeout)
    {
        var twice = commandTimeout * 2;
        var capped = twice < LongestSilence ? twice : LongestSilence;
        return capped > commandTimeout ? capped : commandTimeout;
    }
}
