namespace PersistentCacheService.Tests.Redis;

/// <summary>Another clock that fails in a way nothing foresees, as often as the test says.</summary>
internal sealed class OddClock(TimeProvider inner) : TimeProvider
{
    private int _timersToFail;
    private int _datesToFail;

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override long TimestampFrequency => inner.TimestampFrequency;

    /// <summary>Whether all that was to fail has failed.</summary>
    public bool HasFailed => Volatile.Read(ref _timersToFail) <= 0 && Volatile.Read(ref _datesToFail) <= 0;

    /// <summary>So many timers cannot be made.</summary>
    public void FailTimers(int count) => Volatile.Write(ref _timersToFail, count);

    /// <summary>So many dates cannot be told.</summary>
    public void FailDates(int count) => Volatile.Write(ref _datesToFail, count);

    public override long GetTimestamp() => inner.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => Fails(ref _datesToFail) ? throw new NotSupportedException("no date") : inner.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        Fails(ref _timersToFail) ? throw new NotSupportedException("no timer") : inner.CreateTimer(callback, state, dueTime, period);

    private static bool Fails(ref int left) => Volatile.Read(ref left) > 0 && Interlocked.Decrement(ref left) >= 0;
}
