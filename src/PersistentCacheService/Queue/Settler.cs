using EntitlementCache.Observability;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue.Sqs;

namespace PersistentCacheService.Queue;

/// <summary>
/// Settles messages: deletes and returns them in batches collected across all receivers, and releases their permits. A delete that the queue fails for a
/// reason of its own is retried until the handle expires. Whatever is not deleted is delivered again, which the timestamps make harmless; what cannot be
/// returned comes back when its visibility timeout ends.
/// </summary>
internal sealed class Settler : IAsyncDisposable
{
    // 20-50 ms: longer delays the receive permits, shorter sends half-empty batches.
    private static readonly TimeSpan DeletesWait = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan ReturnsWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ConsumedQueue _queue;
    private readonly InFlightLimiter _permits;
    private readonly SettlementRules _rules;
    private readonly ServiceMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Func<double> _random;
    private readonly ILogger<Settler> _logger;
    private readonly EntryBatcher<ReceivedMessage> _deletes;
    private readonly EntryBatcher<MessageReturn> _returns;
    private readonly LogBudget _repeats;
    private readonly CancellationTokenSource _giveUpDeletes = new();
    private readonly CancellationTokenSource _giveUpReturns = new();

    public Settler(
        ConsumedQueue queue, InFlightLimiter permits, SettlementRules rules, ServiceMetrics metrics, TimeProvider time, Func<double> random, ILogger<Settler> logger)
    {
        _queue = queue;
        _permits = permits;
        _rules = rules;
        _metrics = metrics;
        _time = time;
        _random = random;
        _logger = logger;
        _repeats = new LogBudget(TimeSpan.FromMinutes(1), time);
        _deletes = new EntryBatcher<ReceivedMessage>(DeletesWait, time, DeleteAsync, () => permits.HasWaiters, pending => permits.IsWaitingFor(pending));
        _returns = new EntryBatcher<MessageReturn>(ReturnsWait, time, ReturnAsync, static () => false, static _ => false);

        // A receive that waits for permits gets those of processed messages at once.
        permits.OnWait = _deletes.Hurry;
    }

    /// <summary>Takes over a message whose handling has ended.</summary>
    /// <returns>What is done with it.</returns>
    public Settlement Settle(ReceivedMessage message, in Handled handled)
    {
        var settlement = _rules.For(message, handled);
        switch (settlement.Action)
        {
            case SettlementAction.Acknowledge:
                _deletes.Add(message);
                break;
            case SettlementAction.Return:
                _returns.Add(new MessageReturn(message, settlement.Reason!.Value, settlement.Delay));
                break;
            default:
                _permits.Release(1);
                break;
        }

        return settlement;
    }

    /// <summary>Sends what is pending and waits for all results, at most <paramref name="patience"/>. Deletes that hang cost no returns.</summary>
    /// <returns>False when the time was not enough for the deletes; the rest is delivered again.</returns>
    public async Task<bool> DrainAsync(TimeSpan patience)
    {
        var returns = DrainAsync(_returns.DrainAsync(), _giveUpReturns, patience);
        var inTime = await DrainAsync(_deletes.DrainAsync(), _giveUpDeletes, patience);
        await returns;
        return inTime;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _deletes.DisposeAsync();
        await _returns.DisposeAsync();
        _giveUpDeletes.Dispose();
        _giveUpReturns.Dispose();
    }

    private async Task<bool> DrainAsync(Task drained, CancellationTokenSource giveUp, TimeSpan patience)
    {
        try
        {
            await drained.WaitAsync(patience, _time);
            return true;
        }
        catch (TimeoutException)
        {
            await giveUp.CancelAsync();
            await drained;
            return false;
        }
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
                // The queue's health has logged it at its own level; here it only means: again.
                Log.DeleteCallFailed(_logger, batch.Count, exception.GetSqsCause());
            }

            if (_giveUpDeletes.IsCancellationRequested)
            {
                GiveUp(batch.Count);
                return;
            }

            pause = DecorrelatedJitter.Next(pause, ShortestPause, LongestPause, _random());
            await Task.Delay(pause, _time, _giveUpDeletes.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Sends the batch once; what remains in it is worth another try.</summary>
    private async Task TryDeleteAsync(List<ReceivedMessage> batch)
    {
        var results = await _queue.DeleteAsync(batch, _giveUpDeletes.Token);
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
                if (_repeats.MayPrint(failure.Code ?? "", out var suppressed))
                {
                    using var ids = batch[i].Trace?.InLog(_logger);
                    Log.DeleteRefused(_logger, batch[i].MessageId, failure.Code, failure.Message, suppressed);
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
        _permits.Release(deleted + refused);
    }

    private void DropExpired(List<ReceivedMessage> batch)
    {
        var expired = batch.RemoveAll(static message => message.HandleLifeLeft <= TimeSpan.Zero);
        if (expired > 0)
        {
            GiveUp(expired);
        }
    }

    private void GiveUp(int entries)
    {
        _metrics.Acknowledged(DeleteResult.Expired, entries);
        if (_repeats.MayPrint(nameof(Log.HandlesExpired), out var suppressed))
        {
            Log.HandlesExpired(_logger, entries, suppressed);
        }

        _permits.Release(entries);
    }

    private async Task ReturnAsync(List<MessageReturn> batch)
    {
        try
        {
            var alive = batch.FindAll(static entry => entry.Message.HandleLifeLeft > TimeSpan.Zero);
            if (alive.Count == 0)
            {
                return;
            }

            var results = await _queue.ReturnAsync(alive, _giveUpReturns.Token);
            for (var i = 0; i < alive.Count; i++)
            {
                if (results[i] is { } failure)
                {
                    using var ids = alive[i].Message.Trace?.InLog(_logger);
                    Log.ReturnRefused(_logger, alive[i].Message.MessageId, failure.Code, failure.Message);
                }
                else
                {
                    _metrics.Returned(alive[i].Reason);
                }
            }
        }
        catch (Exception exception)
        {
            var kind = exception.GetSqsErrorKind();
            if (_repeats.MayPrint(kind.ToString(), out var suppressed))
            {
                Log.ReturnCallFailed(_logger, batch.Count, kind, exception.GetSqsCause(), suppressed);
            }
        }
        finally
        {
            _permits.Release(batch.Count);
        }
    }
}
