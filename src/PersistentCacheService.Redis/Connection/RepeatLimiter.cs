namespace PersistentCacheService.Redis.Connection;

/// <summary>Lets a message about the same kind of failure through once per interval and counts the others. For one caller at a time.</summary>
internal sealed class RepeatLimiter(TimeProvider clock, TimeSpan interval)
{
    private RedisErrorKind? _kind;
    private long _shownAt;
    private int _suppressed;

    /// <summary>Whether to show a message about <paramref name="kind"/> now, and how many were held back since the last one shown.</summary>
    public bool ShouldShow(RedisErrorKind kind, out int suppressed)
    {
        suppressed = _suppressed;
        if (_kind == kind && clock.GetElapsedTime(_shownAt) < interval)
        {
            _suppressed++;
            return false;
        }

        _kind = kind;
        _shownAt = clock.GetTimestamp();
        _suppressed = 0;
        return true;
    }

    /// <summary>The trouble is over; the next message is shown whatever its kind.</summary>
    public void Reset()
    {
        _kind = null;
        _suppressed = 0;
    }
}
