using Amazon.SQS;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Consuming;

/// <summary>Gives messages back to the queue in batches, collected across all consumers. One that cannot be given back comes back by itself when its visibility timeout ends.</summary>
internal sealed class VisibilityReturner : IAsyncDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(50);

    private readonly ConsumedQueue _queue;
    private readonly InFlightLimiter _limiter;
    private readonly ServiceMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<VisibilityReturner> _logger;
    private readonly EntryBatcher<MessageReturn> _batcher;
    private readonly LogBudget _repeats;
    private readonly CancellationTokenSource _giveUp = new();

    public VisibilityReturner(ConsumedQueue queue, InFlightLimiter limiter, ServiceMetrics metrics, TimeProvider time, ILogger<VisibilityReturner> logger)
    {
        _queue = queue;
        _limiter = limiter;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _repeats = new LogBudget(TimeSpan.FromMinutes(1), time);
        _batcher = new EntryBatcher<MessageReturn>(MaxAge, time, ReturnAsync, static () => false);
    }

    /// <summary>Takes over an unprocessed message: it becomes visible again after the delay, and its permit is given back.</summary>
    public void Add(MessageReturn messageReturn) => _batcher.Add(messageReturn);

    /// <summary>Sends what is pending and waits for all results, at most <paramref name="patience"/>.</summary>
    public async Task DrainAsync(TimeSpan patience)
    {
        var drained = _batcher.DrainAsync();
        try
        {
            await drained.WaitAsync(patience, _time);
        }
        catch (TimeoutException)
        {
            await _giveUp.CancelAsync();
            await drained;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync();
        _giveUp.Dispose();
    }

    private async Task ReturnAsync(List<MessageReturn> batch)
    {
        try
        {
            var alive = batch.FindAll(entry => entry.Message.HandleLifeLeft(_time) > TimeSpan.Zero);
            if (alive.Count == 0)
            {
                return;
            }

            var results = await _queue.ReturnAsync(alive, _giveUp.Token);
            for (var i = 0; i < alive.Count; i++)
            {
                if (results[i] is { } failure)
                {
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
            if (_repeats.MayPrint(kind.ToString(), out var heldBack))
            {
                Log.ReturnCallFailed(_logger, batch.Count, kind, exception.Message, heldBack);
            }
        }
        finally
        {
            _limiter.Release(batch.Count);
        }
    }
}
