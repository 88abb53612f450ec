using EntitlementCache.Observability;
using EntitlementCache.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Applying;
using PersistentCacheService.Observability;
using PersistentCacheService.Refetching;

namespace PersistentCacheService.Warming;

/// <summary>Refills the cache after a wipe with the customers that this process saw. Every replica runs it: together they saw all, and their claims share the work.</summary>
internal sealed class RefillService(
    EpochWatch watch, SeenCustomers seen, Warmer warmer, RefillTerms terms, WriteGate gate, TimeProvider time, ILogger<RefillService> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var wipe in watch.Waiting.ReadAllAsync(stoppingToken))
            {
                await RefillAsync(wipe, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The claims are given up.
        }
    }

    private async Task RefillAsync(Wipe wipe, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                var started = time.GetTimestamp();
                var customers = seen.Named(wipe.Lost);
                Log.RefillBegins(logger, customers.Count, terms.RatePerSecond);
                var counts = await warmer.RunAsync(customers, terms.After(wipe), MayContinueAsync, stoppingToken);
                var took = RefetchFigures.Words(time.GetElapsedTime(started));
                Log.RefillEnded(logger, took, counts.Fetched, counts.Fresh, counts.Failed);
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception exception)
            {
                if (_repeats.MayPrint(exception.GetType().Name, out var suppressed))
                {
                    Log.RefillFailed(logger, exception, suppressed);
                }

                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }

    /// <summary>Always: a worker waits for its Redis.</summary>
    private async Task<bool> MayContinueAsync(RedisFailureException failure, CancellationToken stoppingToken)
    {
        if (_repeats.MayPrint(failure.Kind.ToString(), out var suppressed))
        {
            Log.RefillInterrupted(logger, failure.Kind, failure.Kind.Remedy(), failure.Message, suppressed);
        }

        await Task.Delay(Pause, time, stoppingToken);
        await gate.WaitUntilOpenAsync(Timeout.InfiniteTimeSpan, stoppingToken);
        stoppingToken.ThrowIfCancellationRequested();
        return true;
    }
}
