namespace PersistentCacheService.Sqs.Signing;

/// <summary>The local clock, corrected by what the server's replies say when the two are too far apart for signatures.</summary>
internal sealed class ServerClock(TimeProvider timeProvider)
{
    // AWS refuses signatures more than 5 minutes off; a minute less allows for the reply's way and the Date header's whole seconds.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(4);

    private long _offsetTicks;

    /// <summary>What is added to the local clock; positive when it is behind the server.</summary>
    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));

    /// <summary>The server's time, as far as known.</summary>
    public DateTimeOffset Now => timeProvider.GetUtcNow() + Offset;

    /// <summary>Takes over the time of a reply that refused a signature.</summary>
    /// <returns>False when the clocks agree: then time was not why it was refused.</returns>
    public bool Correct(DateTimeOffset serverTime)
    {
        if ((serverTime - Now).Duration() <= Tolerance)
        {
            return false;
        }

        Interlocked.Exchange(ref _offsetTicks, (serverTime - timeProvider.GetUtcNow()).Ticks);
        return true;
    }
}
