using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Queue;
using PersistentCacheService.Sweeping;

namespace PersistentCacheService.Observability;

/// <summary>One line a minute that says what the service did; nothing while it did nothing.</summary>
internal sealed class MinuteSummary(Tally tally, QueueLanes lanes, SweepProgress sweep, TimeProvider time, ILogger<MinuteSummary> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var (processed, malformed, failed, lag) = tally.TakeAll();
            var sweeping = sweep.Current;
            if (processed + malformed + failed > 0 || sweeping is not null)
            {
                // The last one, at a stop, tells of less than a minute.
                var seconds = time.GetElapsedTime(started).TotalSeconds;
                Log.Summary(logger, processed, seconds, processed / seconds, failed, malformed, lag.TotalSeconds, lanes.All.Sum(static lane => lane.Permits.Taken), sweeping is { } figures ? $". Sweep: {figures}" : "");
            }
        }
    }
}
