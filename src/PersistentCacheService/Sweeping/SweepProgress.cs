namespace PersistentCacheService.Sweeping;

/// <summary>What this process did in sweeps, and how far the one is that it does now: for metrics, the minute's summary and the command's progress bar.</summary>
/// <param name="time">The clock.</param>
internal sealed class SweepProgress(TimeProvider time)
{
    private readonly long[] _results = new long[Enum.GetValues<SweepResult>().Length];
    private Running? _running;
    private long _completed;

    /// <summary>Sweeps whose end this process saw.</summary>
    public long Completed => Volatile.Read(ref _completed);

    /// <summary>The sweep this process does now; null: none.</summary>
    public SweepFigures? Current => Volatile.Read(ref _running)?.Figures(time);

    /// <summary>Customers that ended so, since the start of the process.</summary>
    public long CountOf(SweepResult result) => Volatile.Read(ref _results[(int)result]);

    /// <summary>This process does the sweep from here on.</summary>
    public void Begin(SweepState sweep) => Volatile.Write(ref _running, new Running(sweep, time.GetTimestamp()));

    /// <summary>A customer is done.</summary>
    public void Add(SweepResult result)
    {
        Interlocked.Increment(ref _results[(int)result]);
        Volatile.Read(ref _running)?.Add(result == SweepResult.Failed);
    }

    /// <summary>This process does the sweep no longer.</summary>
    public void Leave() => Volatile.Write(ref _running, null);

    /// <summary>The sweep has ended.</summary>
    public void End()
    {
        Interlocked.Increment(ref _completed);
        Leave();
    }

    private sealed class Running(SweepState sweep, long since)
    {
        private long _done;
        private long _failed;

        public void Add(bool isFailed)
        {
            if (isFailed)
            {
                Interlocked.Increment(ref _failed);
            }

            Interlocked.Increment(ref _done);
        }

        public SweepFigures Figures(TimeProvider time)
        {
            var done = Volatile.Read(ref _done);
            var seconds = time.GetElapsedTime(since).TotalSeconds;
            return new SweepFigures(sweep.Done + done, sweep.Total, sweep.Failed + Volatile.Read(ref _failed), seconds > 0 ? done / seconds : 0);
        }
    }
}
