using PersistentCacheService.Refetching;

namespace PersistentCacheService.Sweeping;

/// <summary>What this process did in sweeps, and how far the one is that it does now.</summary>
/// <param name="time">The clock.</param>
internal sealed class SweepProgress(TimeProvider time) : RefetchProgress(time)
{
    private long _completed;

    /// <summary>Sweeps whose end this process saw.</summary>
    public long Completed => Volatile.Read(ref _completed);

    /// <summary>This process does the sweep from here on.</summary>
    public void Begin(SweepState sweep) => Begin(sweep.Total, sweep.Done, sweep.Failed);

    /// <summary>The sweep has ended.</summary>
    public void End()
    {
        Interlocked.Increment(ref _completed);
        Leave();
    }
}
