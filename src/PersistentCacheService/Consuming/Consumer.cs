using Amazon.SQS.Model;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Consuming;

/// <summary>
/// One receive loop: wait until Redis takes writes, take permits for a batch, receive, hand over, again. It never waits for the messages it
/// handed over and never ends before the service does.
/// </summary>
internal sealed class Consumer(
    int number,
    QueueSettings settings,
    ConsumedQueue queue,
    QueueProperties properties,
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

    // Messages leave within their handle's life at the latest; when none at all left for this long, something is stuck.
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromMinutes(5);

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

    /// <returns>The pause that was made because of an error; zero when all is well.</returns>
    private async Task<TimeSpan> StepAsync(TimeSpan lastPause)
    {
        try
        {
            board.Beat(number);
            if (await gate.WaitUntilOpenAsync(Patience, phases.Stopping) && await TakePermitsAsync())
            {
                board.Beat(number);
                await ReceiveAsync();
            }

            return TimeSpan.Zero;
        }
        catch (OperationCanceledException) when (phases.Stopping.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (Exception exception)
        {
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

    private async Task ReceiveAsync()
    {
        var unused = settings.BatchSize;
        try
        {
            var response = await queue.ReceiveAsync(phases.PollsEnd);
            if (response.Messages is { Count: > 0 } messages)
            {
                // SQS never sends more than was asked for; an emulator that did would overdraw the permits, not lose a message.
                unused -= messages.Count;
                HandOver(response);
            }
            else
            {
                response.Dispose();
            }
        }
        finally
        {
            limiter.Release(unused);
        }
    }

    private void HandOver(ReceiveMessageResponse response)
    {
        var batch = new ReceivedBatch(response, properties.HandleLife, time, phases.Abandon);
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
