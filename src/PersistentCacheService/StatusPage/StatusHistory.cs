namespace PersistentCacheService.StatusPage;

/// <summary>The last hour in intervals of 10 s, in memory: 360 points of about 150 bytes.</summary>
internal sealed class StatusHistory
{
    /// <summary>Length of an interval.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Most points: an hour of them.</summary>
    public const int Capacity = 360;

    private readonly Lock _gate = new();
    private readonly HistoryPoint[] _points = new HistoryPoint[Capacity];
    private long _count;
    private DateTimeOffset _end;

    /// <summary>Adds the newest point; of more than an hour the oldest one is forgotten.</summary>
    /// <param name="point">The interval.</param>
    /// <param name="end">When it ended.</param>
    public void Add(HistoryPoint point, DateTimeOffset end)
    {
        lock (_gate)
        {
            _points[_count++ % Capacity] = point;
            _end = end;
        }
    }

    /// <summary>All points, the oldest first, and the end of the newest; before the first one no time.</summary>
    public (IReadOnlyList<HistoryPoint> Points, DateTimeOffset? End) Read()
    {
        lock (_gate)
        {
            var kept = (int)Math.Min(_count, Capacity);
            HistoryPoint[] points = [.. Enumerable.Range(0, kept).Select(i => _points[(_count - kept + i) % Capacity])];
            return (points, _count > 0 ? _end : null);
        }
    }
}
