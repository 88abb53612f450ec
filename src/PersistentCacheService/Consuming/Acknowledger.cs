using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Consuming;

/// <summary>
/// Deletes processed messages, collected across all consumers. An entry that the queue refuses for a reason of its own is tried again until
/// its handle expires; whatever is not deleted is delivered again, which the timestamps make harmless.
/// </summary>
internal sealed class Acknowledger : IAsyncDisposable
{
    // 20-50 ms: longer holds back the receive permits, shorter sends half-empty batches.
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ConsumedQueue _queue;
    private readonly InFlightLimiter _limiter;
    private readonly ServiceMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Func<double> _random;
    private readonly ILogger<Acknowledger> _logger;
    private readonly EntryBatcher<ReceivedMessage> _batcher;
    private readonly LogBudget _repeats;
    private readonly CancellationTokenSource _giveUp = new();

    public Acknowledger(
        ConsumedQueue queue, InFlightLimiter limiter, ServiceMetrics metrics, TimeProvider time, Func<double> random, ILogger<Acknowledger> logger)
    {
        _queue = queue;
        _limiter = limiter;
        _metrics = metrics;
        _time = time;
        _random = random;
        _logger = logger;
        _repeats = new LogBudget(TimeSpan.FromMinutes(1), time);
        _batcher = new EntryBatcher<ReceivedMessage>(MaxAge, time, DeleteAsync, () => limiter.HasWaiters);
        limiter.OnWait = _batcher.Hurry;
    }

    /// <summary>Takes over a processed message: it will be deleted, and its permit given back.</summary>
    public void Add(ReceivedMessage message) => _batcher.Add(message);

    /// <summary>Sends what is pending and waits for all results, at most <paramref name="patience"/>.</summary>
    /// <returns>False when the time was not enough; the rest is delivered again.</returns>
    public async Task<bool> DrainAsync(TimeSpan patience)
    {
        var drained = _batcher.DrainAsync();
        try
        {
            await drained.WaitAsync(patience, _time);
            return true;
        }
        catch (TimeoutException)
        {
            await _giveUp.CancelAsync();
            await drained;
            return false;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync();
        _giveUp.Dispose();
    }

    private async Task DeleteAsync(List<ReceivedMessage> batch)
    {
        var pause = TimeSpan.Zero;
        while (true)
        {
            DropExpired(batch);
            if (batch.Count == 0)
            {
                return;
            }

            try
            {
                await TryDeleteAsync(batch);
                if (batch.Count == 0)
                {
                    return;
                }
            }
            catch (Exception exception)
            {
                // Told to people by the queue's health; here it only means: again.
                Log.DeleteCallFailed(_logger, batch.Count, exception.Message);
            }

            if (_giveUp.IsCancellationRequested)
            {
                GiveUp(batch.Count);
                return;
            }

            pause = DecorrelatedJitter.Next(pause, ShortestPause, LongestPause, _random());
            await Task.Delay(pause, _time, _giveUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Sends the batch once; what remains in it is worth another try.</summary>
    private async Task TryDeleteAsync(List<ReceivedMessage> batch)
    {
        var results = await _queue.DeleteAsync(batch, _giveUp.Token);
        var (deleted, refused) = (0, 0);
        for (var i = batch.Count - 1; i >= 0; i--)
        {
            var failure = results[i];
            if (failure is null)
            {
                deleted++;
            }
            else if (failure.SenderFault == true)
            {
                refused++;
                if (_repeats.MayPrint(failure.Code ?? "", out var heldBack))
                {
                    Log.DeleteRefused(_logger, batch[i].MessageId, failure.Code, failure.Message, heldBack);
                }
            }
            else
            {
                continue;
            }

            batch.RemoveAt(i);
        }

        _metrics.Acknowledged(DeleteResult.Deleted, deleted);
        _metrics.Acknowledged(DeleteResult.Failed, refused);
        _limiter.Release(deleted + refused);
    }

    private void DropExpired(List<ReceivedMessage> batch)
    {
        var expired = batch.RemoveAll(message => message.HandleLifeLeft(_time) <= TimeSpan.Zero);
        if (expired > 0)
        {
            GiveUp(expired);
        }
    }

    private void GiveUp(int entries)
    {
        _metrics.Acknowledged(DeleteResult.Expired, entries);
        if (_repeats.MayPrint(nameof(Log.HandlesExpired), out var heldBack))
        {
            Log.HandlesExpired(_logger, entries, heldBack);
        }

        _limiter.Release(entries);
    }
}
