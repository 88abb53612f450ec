using PersistentCacheService.Applying;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Queue;

/// <summary>
/// "May I receive now?" A receiver may when memory suffices, when it is needed, when Redis takes writes, and when it holds permits for a whole batch; so no
/// message is received that cannot be worked on. After a failed or a too short call it pauses first. Each receiver has a gate of its own.
/// </summary>
internal sealed class ReceiveGate(
    QueueSettings settings, PollWidth width, MemoryShortage memory, WriteGate redis, InFlightLimiter permits, TimeProvider time, Func<double> random)
{
    // Between two heartbeats while it waits for something that may take long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    // An empty answer that came sooner, as all do with WAIT_TIME_IN_SECS=0, is followed by a pause: two calls a second at most are wasted.
    private static readonly TimeSpan ShortestWatch = TimeSpan.FromMilliseconds(500);

    // Messages that are still in flight at the next garbage collection cost most: 100 instead of 300 of them save a quarter of the processor time; with
    // ten of them, ten receivers of single messages wait for each other's deletes, and do 20 % less.
    private const int UsuallyInFlight = 100;

    // A batch is applied and deleted within a few ms; when none is for so long, messages wait for something slow, and more of them may be in flight.
    private static readonly TimeSpan Overlap = TimeSpan.FromMilliseconds(20);

    // Messages leave within their handle's life at the latest; when none at all left for this long, something is stuck.
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromMinutes(5);

    // Permits beyond those, or beyond a batch for every receiver.
    private readonly int _spare = Math.Max(0, permits.Limit - Math.Max(settings.Consumers * settings.BatchSize, UsuallyInFlight));
    private bool _polls;
    private long _enteredAt;
    private TimeSpan _lastPause;
    private TimeSpan _pause;
    private (long Released, long Since)? _standstill;

    /// <summary>Messages of a receive call, and permits that it needs.</summary>
    public int BatchSize => settings.BatchSize;

    /// <summary>Whether permits did not come free for so long that messages in flight must be stuck.</summary>
    public bool IsStuck => _standstill is { } standstill && time.GetElapsedTime(standstill.Since) >= LongestStandstill;

    /// <summary>Waits some seconds until the receiver may receive.</summary>
    /// <returns>Whether it may; then it holds permits for a batch, and says with <see cref="Passed"/> or <see cref="Failed"/> how the call ended.</returns>
    public async ValueTask<bool> TryEnterAsync(CancellationToken cancellationToken)
    {
        if (_pause > TimeSpan.Zero)
        {
            await Task.Delay(_pause, time, cancellationToken);
            _pause = TimeSpan.Zero;
        }

        if (memory.IsPausing)
        {
            Leave();
            await memory.WaitUntilOverAsync(cancellationToken);
        }

        _polls = _polls || await width.TryJoinAsync(Patience, cancellationToken);
        if (!_polls || !await redis.WaitUntilOpenAsync(Patience, cancellationToken))
        {
            _standstill = null;
            return false;
        }

        if (!await TryTakePermitsAsync(cancellationToken))
        {
            var released = permits.Released;
            _standstill = _standstill is { } standstill && standstill.Released == released ? standstill : (released, time.GetTimestamp());
            return false;
        }

        _standstill = null;
        _enteredAt = time.GetTimestamp();
        return true;
    }

    /// <summary>Takes permits for a second call at once, when that pays and they are free.</summary>
    public bool TryTakeAhead() => width.ReadsAhead && permits.TryTake(settings.BatchSize);

    /// <summary>Permits that a receive call did not need.</summary>
    public void Release(int unused) => permits.Release(unused);

    /// <summary>A receive call succeeded.</summary>
    /// <param name="received">How many messages it brought.</param>
    public void Passed(int received)
    {
        var took = time.GetElapsedTime(_enteredAt);
        _polls = width.Continues(received, took);
        _lastPause = TimeSpan.Zero;
        _pause = received == 0 && took < ShortestWatch ? ShortestWatch - took : TimeSpan.Zero;
    }

    /// <summary>Waiting or receiving failed: another receiver takes the turn, and this one pauses.</summary>
    /// <returns>For how long.</returns>
    public TimeSpan Failed(Exception exception)
    {
        Leave();
        memory.Observe(exception);
        return _pause = _lastPause = DecorrelatedJitter.Next(_lastPause, ShortestPause, LongestPause, random());
    }

    /// <summary>Takes permits for a batch: at first none of the spare ones, unless the network is slow.</summary>
    private async ValueTask<bool> TryTakePermitsAsync(CancellationToken cancellationToken) =>
        (_spare > 0 && !width.ReadsAhead && await permits.TryTakeAsync(settings.BatchSize, _spare, Overlap, time, cancellationToken))
        || await permits.TryTakeAsync(settings.BatchSize, 0, Patience, time, cancellationToken);

    private void Leave()
    {
        if (_polls)
        {
            _polls = false;
            width.Leave();
        }
    }
}
