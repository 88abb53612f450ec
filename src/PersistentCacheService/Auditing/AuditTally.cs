namespace PersistentCacheService.Auditing;

/// <summary>What audits of this process found: for metrics and for the command's report.</summary>
/// <param name="time">The clock.</param>
internal sealed class AuditTally(TimeProvider time)
{
    private const int WindowCustomers = 10_000;
    private static readonly TimeSpan WindowTime = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly long[] _results = new long[Enum.GetValues<AuditResult>().Length];
    private readonly long[] _kinds = new long[Enum.GetValues<DriftKind>().Length];
    private readonly Queue<(long At, bool IsDrifted)> _window = [];
    private long _repaired;
    private int _driftedInWindow;

    /// <summary>Customers that were repaired.</summary>
    public long Repaired => Volatile.Read(ref _repaired);

    /// <summary>Share of drifted customers among those compared in the last hour, at most 10,000, 0 to 1; 0 when there were none.</summary>
    public double DriftRatio
    {
        get
        {
            lock (_lock)
            {
                Forget();
                return _window.Count == 0 ? 0 : (double)_driftedInWindow / _window.Count;
            }
        }
    }

    /// <summary>Customers that ended so.</summary>
    public long CountOf(AuditResult result) => Volatile.Read(ref _results[(int)result]);

    /// <summary>Differences of this kind.</summary>
    public long CountOf(DriftKind kind) => Volatile.Read(ref _kinds[(int)kind]);

    /// <summary>A customer was dealt with.</summary>
    public void Add(AuditResult result)
    {
        Interlocked.Increment(ref _results[(int)result]);
        if (result == AuditResult.Failed)
        {
            return;
        }

        lock (_lock)
        {
            _window.Enqueue((time.GetTimestamp(), result == AuditResult.Drifted));
            _driftedInWindow += result == AuditResult.Drifted ? 1 : 0;
            Forget();
        }
    }

    /// <summary>A difference was found.</summary>
    public void Add(DriftKind kind) => Interlocked.Increment(ref _kinds[(int)kind]);

    /// <summary>A customer was repaired.</summary>
    public void AddRepaired() => Interlocked.Increment(ref _repaired);

    private void Forget()
    {
        while (_window.TryPeek(out var oldest) && (_window.Count > WindowCustomers || time.GetElapsedTime(oldest.At) > WindowTime))
        {
            _window.Dequeue();
            _driftedInWindow -= oldest.IsDrifted ? 1 : 0;
        }
    }
}
