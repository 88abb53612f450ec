using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Health;

namespace PersistentCacheService.Observability;

/// <summary>Logs once when the service is ready for the first time, with the time since the process started.</summary>
internal sealed class ReadyReport(Readiness readiness, TimeProvider time, ILogger<ReadyReport> logger) : BackgroundService
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = ShortestPause;
        while (!readiness.Report().IsReady)
        {
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            pause = pause * 1.2 < LongestPause ? pause * 1.2 : LongestPause;
        }

        var started = new DateTimeOffset(System.Diagnostics.Process.GetCurrentProcess().StartTime);
        Log.Ready(logger, (long)(time.GetUtcNow() - started).TotalMilliseconds);
    }
}
