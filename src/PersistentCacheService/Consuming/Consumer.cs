using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Redis;
using PersistentCacheService.Observability;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Consuming;

/// <summary>
/// One receive loop: wait until it is needed and Redis takes writes, take permits for a batch, receive, hand over, again. It never waits for the
/// messages it handed over and never ends before the service does.
/// </summary>
internal sealed class Consumer(
    int number,
    QueueSettings settings,
    ConsumedQueue queue,
    QueueProperties properties,
    PollWidth width,
    MemoryShortage memory,
    WriteGate gate,
    InFlightLimiter limiter,
    MessageProcessor processor,
    VisibilityReturner returner,
    ConsumerBoard board,
    ShutdownPhases phases,
    TimeProvider time,
    Func<double> random,
    ILogger<Consumer> logger) : BackgroundService
{
    // Between two signs of life while it waits for something that may take long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    // An empty answer that came sooner, as all do with WAIT_TIME_IN_SECS=0, is followed by a pause: two calls a second at most are wasted.
    private static readonly TimeSpan ShortestWatch = TimeSpan.FromMilliseconds(500);

    // Messages leave within their handle's life at the latest; when none at all left for this long, something is stuck.
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromMinutes(5);

    private bool _polls;
    private long _released;
    private long _releasedAt;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        board.Started();
        try
        {
            var pause = TimeSpan.Zero;
            while (!phases.Stopping.IsCancellationRequested)
            {
                pause = await StepAsync(pause);
            }
        }
        finally
        {
            board.Ended();
        }
    }

    /// <returns>The pause after the last receive call: zero unless it failed.</returns>
    private async Task<TimeSpan> StepAsync(TimeSpan lastPause)
    {
        try
        {
            board.Beat(number);
            if (memory.IsPausing)
            {
                LeavePoll();
                await memory.WaitUntilOverAsync(phases.Stopping);
            }

            _polls = _polls || await width.TryJoinAsync(Patience, phases.Stopping);
            if (!_polls || !await gate.WaitUntilOpenAsync(Patience, phases.Stopping) || !await TakePermitsAsync())
            {
                return lastPause;
            }

            board.Beat(number);
            await PollAsync();
            return TimeSpan.Zero;
        }
        catch (OperationCanceledException) when (phases.Stopping.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (Exception exception)
        {
            LeavePoll();
            memory.Observe(exception);

            // The queue's health has told people already.
            var pause = DecorrelatedJitter.Next(lastPause, ShortestPause, LongestPause, random());
            Log.ReceiveFailed(logger, number, pause.TotalSeconds, exception.Message);
            await Task.Delay(pause, time, phases.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return pause;
        }
    }

    private async ValueTask<bool> TakePermitsAsync()
    {
        while (!await limiter.TryTakeAsync(settings.BatchSize, Patience, time, phases.Stopping))
        {
            if (phases.Stopping.IsCancellationRequested)
            {
                return false;
            }

            BeatIfPermitsMove();
        }

        _releasedAt = 0;
        return true;
    }

    private void BeatIfPermitsMove()
    {
        var released = limiter.Released;
        if (_releasedAt == 0 || released != _released)
        {
            _released = released;
            _releasedAt = time.GetTimestamp();
        }

        if (time.GetElapsedTime(_releasedAt) < LongestStandstill)
        {
            board.Beat(number);
        }
    }

    private async Task PollAsync()
    {
        var started = time.GetTimestamp();

        // Of two calls the one that brought less tells: a backlog fills both.
        var received = width.ReadsAhead && limiter.TryTake(settings.BatchSize)
            ? (await Task.WhenAll(ReceiveAsync(), ReceiveAsync())).Min()
            : await ReceiveAsync();
        _polls = width.GoesOn(received, time.GetElapsedTime(started));

        var early = ShortestWatch - time.GetElapsedTime(started);
        if (received == 0 && early > TimeSpan.Zero)
        {
            await Task.Delay(early, time, phases.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Makes one receive call with permits that are taken already.</summary>
    /// <returns>How many messages it brought.</returns>
    private async Task<int> ReceiveAsync()
    {
        var unused = settings.BatchSize;
        try
        {
            var response = await queue.ReceiveAsync(phases.PollsEnd);
            var count = response.Messages?.Count ?? 0;
            if (count == 0)
            {
                response.Dispose();
                return 0;
            }

            var batch = new ReceivedBatch(response, properties.HandleLife, time, phases.Abandon);

            // SQS never sends more than was asked for; an emulator that did would overdraw the permits, not lose a message.
            unused -= count;
            HandOver(batch);
            return count;
        }
        finally
        {
            limiter.Release(unused);
        }
    }

    private void LeavePoll()
    {
        if (_polls)
        {
            _polls = false;
            width.Leave();
        }
    }

    private void HandOver(ReceivedBatch batch)
    {
        if (phases.Stopping.IsCancellationRequested)
        {
            foreach (var message in batch.Messages)
            {
                message.Done();
                returner.Add(new MessageReturn(message, ReturnReason.Stopping, TimeSpan.Zero));
            }
        }
        else if (settings.IsFifo)
        {
            processor.StartInGroups(batch);
        }
        else
        {
            processor.Start(batch);
        }
    }
}
