using EntitlementCache.Observability;
using EntitlementCache.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Applying;
using PersistentCacheService.Observability;
using PersistentCacheService.Sweeping;

namespace PersistentCacheService.Auditing;

/// <summary>Goes through the cached customers again and again, slowly, and compares them. Every replica runs it; the lease decides which one works.</summary>
/// <param name="sweeper">Goes through them.</param>
/// <param name="ledger">Where the next way through is asked for.</param>
/// <param name="auditor">Compares.</param>
/// <param name="gate">Whether Redis takes writes.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Gets what went wrong.</param>
internal sealed class AuditService(Sweeper sweeper, SweepLedger ledger, Auditor auditor, WriteGate gate, TimeProvider time, ILogger<AuditService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await auditor.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await gate.WaitUntilOpenAsync(Interval, stoppingToken))
                {
                    await ledger.RequestAsync(time.GetUtcNow().ToUnixTimeMilliseconds(), stoppingToken);
                    await sweeper.RunAsync(NullLogger.Instance, stoppingToken);
                    await auditor.TellOrphansAsync(stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // Another process continues.
            }
            catch (SweepLostException)
            {
                // So it does.
            }
            catch (RedisFailureException exception)
            {
                if (_repeats.MayPrint(exception.Kind.ToString(), out var suppressed))
                {
                    Log.AuditInterrupted(logger, exception.Kind, exception.Kind.Remedy(), exception.Message, suppressed);
                }
            }
            catch (Exception exception)
            {
                if (_repeats.MayPrint(exception.GetType().Name, out var suppressed))
                {
                    Log.AuditFailed(logger, exception, suppressed);
                }
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
