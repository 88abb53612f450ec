namespace PersistentCacheService.Queue;

/// <summary>How old the messages of a queue are when they first come: the largest age of about the last minute.</summary>
internal sealed class QueueLag(TimeProvider time)
{
    private static readonly TimeSpan Slot = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private long _slotBegan = time.GetTimestamp();
    private TimeSpan _before;
    private TimeSpan _now;

    /// <summary>The largest age lately; zero when nothing came.</summary>
    public TimeSpan Largest
    {
        get
        {
            lock (_gate)
            {
                Turn();
                return _now > _before ? _now : _before;
            }
        }
    }

    /// <summary>A message came for the first time.</summary>
    public void Record(TimeSpan lag)
    {
        lock (_gate)
        {
            Turn();
            _now = lag > _now ? lag : _now;
        }
    }

    private void Turn()
    {
        var elapsed = time.GetElapsedTime(_slotBegan);
        if (elapsed >= Slot)
        {
            (_before, _now) = (elapsed < Slot * 2 ? _now : TimeSpan.Zero, TimeSpan.Zero);
            _slotBegan = time.GetTimestamp();
        }
    }
}
