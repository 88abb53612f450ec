using EntitlementCache.Observability;
using EntitlementCache.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Applying;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Sweeping;

/// <summary>Looks from time to time for a sweep that no replica is doing, and does it. Every replica runs it; the lease decides which one works.</summary>
internal sealed class SweepService(Sweeper sweeper, WriteGate gate, TimeProvider time, Func<double> random, ILogger<SweepService> logger) : BackgroundService
{
    // One small script call a second: a sweep begins soon after its event, and continues soon after its process was killed.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryAsync(stoppingToken);
            await Task.Delay(Interval * (0.5 + random()), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TryAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await gate.WaitUntilOpenAsync(Interval, stoppingToken))
            {
                await sweeper.RunAsync(logger, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Another process continues.
        }
        catch (RedisFailureException exception)
        {
            // Not reported to the gate: a user without the sweep's rights may still write.
            if (_repeats.MayPrint(exception.Kind.ToString(), out var suppressed))
            {
                Log.SweepInterrupted(logger, exception.Kind, exception.Kind.Remedy(), exception.Message, suppressed);
            }
        }
        catch (SweepLostException)
        {
            Log.SweepLost(logger);
        }
        catch (Exception exception)
        {
            if (_repeats.MayPrint(exception.GetType().Name, out var suppressed))
            {
                Log.SweepFailed(logger, exception, suppressed);
            }
        }
    }
}
