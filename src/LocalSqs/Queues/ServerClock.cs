namespace LocalSqs.Queues;

/// <summary>The emulator's time: a <see cref="TimeProvider"/> whose calendar can be put wrong, as on a machine with a bad clock.</summary>
internal sealed class ServerClock
{
    private readonly long _start;
    private long _offsetTicks;

    public ServerClock(TimeProvider timeProvider)
    {
        TimeProvider = timeProvider;
        _start = timeProvider.GetTimestamp();
    }

    public TimeProvider TimeProvider { get; }

    /// <summary>What is added to the true time; timeouts are not affected.</summary>
    public TimeSpan Offset
    {
        get => new(Volatile.Read(ref _offsetTicks));
        set => Volatile.Write(ref _offsetTicks, value.Ticks);
    }

    public DateTimeOffset UtcNow => TimeProvider.GetUtcNow() + Offset;

    public Instant Now => new(TimeProvider.GetElapsedTime(_start).Ticks, UtcNow.ToUnixTimeMilliseconds());
}
