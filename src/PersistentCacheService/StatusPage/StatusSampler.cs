using EntitlementCache.Observability;
using Microsoft.Extensions.Hosting;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue;

namespace PersistentCacheService.StatusPage;

/// <summary>Turns the totals that the instruments keep into the history, once an interval; the way of a message does not know of it.</summary>
internal sealed class StatusSampler(
    StatusHistory history, ServiceMetrics service, EdgeMetrics edge, RedisMetrics redis, IReadOnlyList<QueueLane> lanes, TimeProvider time) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var before = Read();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(StatusHistory.Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            var now = Read();
            history.Add(Between(before, now), time.GetUtcNow());
            before = now;
        }
    }

    private HistoryPoint Between(Reading before, Reading now)
    {
        // The measured time and not the interval: a busy machine is late, and a paused one much later.
        var seconds = time.GetElapsedTime(before.Taken, now.Taken).TotalSeconds;
        var (start, end) = (before.Service, now.Service);
        var writes = end.Writes - start.Writes;
        return new HistoryPoint
        {
            Processed = (end.Processed - start.Processed) / seconds,
            Failed = (end.Failed + end.Malformed - start.Failed - start.Malformed) / seconds,
            InFlight = lanes.Sum(static lane => lane.Permits.Taken),
            WriteMilliseconds = writes > 0 ? (end.WriteSeconds - start.WriteSeconds) / writes * 1000 : null,
            EdgeAnswered = (now.Edge.Answered - before.Edge.Answered) / seconds,
            EdgeFailed = (now.Edge.Failed - before.Edge.Failed) / seconds,
            RedisErrors = (now.RedisFailures - before.RedisFailures) / seconds,
            QueueErrors = (end.ReceiveFailures - start.ReceiveFailures) / seconds,
            Lags = [.. lanes.Select(static lane => lane.Lag.Largest.TotalSeconds)],
        };
    }

    private Reading Read() => new(time.GetTimestamp(), service.Totals, edge.Totals, redis.Failures);

    private readonly record struct Reading(long Taken, ServiceTotals Service, (double Answered, double Failed) Edge, double RedisFailures);
}
