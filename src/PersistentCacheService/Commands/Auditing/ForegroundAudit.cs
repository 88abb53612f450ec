using EntitlementCache.Redis;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Auditing;
using PersistentCacheService.Sweeping;

namespace PersistentCacheService.Commands.Auditing;

/// <summary>An audit with an operator watching: a short outage of Redis, or a lease that is lost in it, interrupts it and does not end it.</summary>
internal sealed class ForegroundAudit(Sweeper sweeper, SweepLedger ledger, Auditor auditor, TimeProvider time)
{
    // A failover passes within it; in a longer outage an operator has to look.
    private static readonly TimeSpan OutagePatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Begins or continues the audit, to its end.</summary>
    /// <returns>False: another process does it.</returns>
    /// <exception cref="RedisFailureException">Redis could not be asked for a minute.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        // Without an audit under way it starts from the beginning, also where Redis has lost the one that was.
        long? failingSince = null;
        while (true)
        {
            try
            {
                if (await ledger.ReadAsync(cancellationToken) is null)
                {
                    await ledger.RequestAsync(time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken);
                }

                failingSince = null;
                if (await sweeper.RunAsync(NullLogger.Instance, cancellationToken) is null)
                {
                    return false;
                }

                await auditor.TellOrphansAsync(cancellationToken);
                return true;
            }
            catch (SweepLostException)
            {
                // Taken again, unless another process has it.
            }
            catch (RedisFailureException exception) when (!exception.Kind.NeedsConfiguration() && !IsTooLong(failingSince ??= time.GetTimestamp()))
            {
                // It continues from its saved place.
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private bool IsTooLong(long failingSince) => time.GetElapsedTime(failingSince) > OutagePatience;
}
