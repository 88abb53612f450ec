namespace PersistentCacheService.Observability;

/// <summary>Counts for the summary line a minute; reading them starts anew.</summary>
internal sealed class Tally
{
    private long _processed;
    private long _malformed;
    private long _failed;
    private long _largestLagTicks;

    /// <summary>A message was received, so long after it was sent.</summary>
    public void Received(TimeSpan lag)
    {
        var seen = Volatile.Read(ref _largestLagTicks);
        while (lag.Ticks > seen)
        {
            var current = Interlocked.CompareExchange(ref _largestLagTicks, lag.Ticks, seen);
            if (current == seen)
            {
                return;
            }

            seen = current;
        }
    }

    /// <summary>A message's processing ended.</summary>
    public void Handled(MessageOutcome outcome)
    {
        switch (outcome)
        {
            case MessageOutcome.Malformed:
                Interlocked.Increment(ref _malformed);
                break;
            case MessageOutcome.Failed:
                Interlocked.Increment(ref _failed);
                break;
            default:
                Interlocked.Increment(ref _processed);
                break;
        }
    }

    /// <summary>What was counted since the last call.</summary>
    public (long Processed, long Malformed, long Failed, TimeSpan LargestLag) TakeAll() => (
        Interlocked.Exchange(ref _processed, 0),
        Interlocked.Exchange(ref _malformed, 0),
        Interlocked.Exchange(ref _failed, 0),
        new TimeSpan(Interlocked.Exchange(ref _largestLagTicks, 0)));
}
