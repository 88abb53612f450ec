namespace PersistentCacheService.Refetching;

/// <summary>How many customers this process refetched, and how far the work is that it does now: for metrics, the minute's summary and progress bars.</summary>
/// <param name="time">The clock.</param>
internal class RefetchProgress(TimeProvider time)
{
    private readonly long[] _results = new long[Enum.GetValues<RefetchResult>().Length];
    private Running? _running;

    /// <summary>The work this process does now; null: none.</summary>
    public RefetchFigures? Current => Volatile.Read(ref _running)?.Figures(time);

    /// <summary>Customers that ended so, since the start of the process.</summary>
    public long CountOf(RefetchResult result) => Volatile.Read(ref _results[(int)result]);

    /// <summary>This process does the work from here on.</summary>
    /// <param name="total">How many there are; null: not counted yet.</param>
    /// <param name="done">How many of them are done.</param>
    /// <param name="failed">How many of those could not be fetched.</param>
    public void Begin(long? total, long done, long failed) => Volatile.Write(ref _running, new Running(total, done, failed, time.GetTimestamp()));

    /// <summary>A customer is done.</summary>
    public void Add(RefetchResult result)
    {
        Interlocked.Increment(ref _results[(int)result]);
        Volatile.Read(ref _running)?.Add(result == RefetchResult.Failed);
    }

    /// <summary>This process does the work no longer.</summary>
    public void Leave() => Volatile.Write(ref _running, null);

    private sealed class Running(long? total, long doneBefore, long failedBefore, long since)
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

        public RefetchFigures Figures(TimeProvider time)
        {
            var done = Volatile.Read(ref _done);
            var seconds = time.GetElapsedTime(since).TotalSeconds;
            return new RefetchFigures(doneBefore + done, total, failedBefore + Volatile.Read(ref _failed), seconds > 0 ? done / seconds : 0);
        }
    }
}
