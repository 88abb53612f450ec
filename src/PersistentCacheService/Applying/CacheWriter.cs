using System.Runtime.CompilerServices;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Observability;
using EntitlementCache.Redis;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue;

namespace PersistentCacheService.Applying;

/// <summary>
/// Applies an operation and knows what to do when Redis does not take it: try again while the message's handle lives and the outage is short,
/// else the message is returned. Trying again is safe whatever became of the attempt before: the timestamps make every operation idempotent.
/// </summary>
internal sealed class CacheWriter(
    ScriptedCache cache, WriteGate gate, OperationWarnings warnings, ServiceMetrics metrics, TimeProvider time, Func<double> random, ILogger<CacheWriter> logger)
{
    // A reconnect or a failover's last moments pass within it; in a longer outage messages are returned.
    private static readonly TimeSpan OutagePatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);

    /// <inheritdoc cref="ScriptedCache.RecordsSweeps"/>
    public bool RecordsSweeps => cache.RecordsSweeps;

    /// <summary>
    /// Applies <paramref name="operation"/> and releases it, and the message's body, as soon as it is encoded: what waits for Redis is only the
    /// command (measured at full load: 5 MB of live objects instead of 14, most of the rest buffers of decoded JSON).
    /// </summary>
    /// <returns>How it ended.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Handled> WriteAsync(ReceivedMessage message, CacheOperation operation)
    {
        warnings.Observe(operation, message);
        using var write = cache.Encode(operation);
        operation.Dispose();
        message.BodyDone();
        var pause = TimeSpan.Zero;
        while (true)
        {
            var started = time.GetTimestamp();
            try
            {
                var outcome = await cache.ApplyAsync(write, message.Patience, message.HandleExpires);
                metrics.WriteSucceeded(time.GetElapsedTime(started));
                return new Handled(ToMessageOutcome(outcome));
            }
            catch (RedisFailureException exception)
            {
                metrics.WriteFailed();
                gate.Report(exception);
                if (exception.Kind.RefusesCommand() && await gate.WaitUntilOpenAsync(OutagePatience, message.HandleExpires))
                {
                    // Other writes go through: it is this one that is refused.
                    LogRefused(message, write.Type, exception);
                    return Handled.Failed(ReturnReason.WriteRefused);
                }

                pause = DecorrelatedJitter.Next(pause, ShortestPause, LongestPause, random());
                if (!await CanTryAgainAsync(message, pause))
                {
                    return Handled.Failed(ReturnReason.RedisUnavailable);
                }
            }
            catch (CustomerLockedException exception)
            {
                metrics.WriteFailed();
                if (_repeats.MayPrint(nameof(CustomerLockedException), out var suppressed))
                {
                    using var ids = message.Trace?.InLog(logger);
                    Log.CustomerLocked(logger, message.MessageId, exception.Attempts, suppressed);
                }

                return Handled.Failed(ReturnReason.CustomerLocked);
            }
            catch (OperationCanceledException) when (message.HandleExpires.IsCancellationRequested)
            {
                return Handled.Failed(ReturnReason.RedisUnavailable);
            }
        }
    }

    /// <summary>Whether fetching a customer can be of use. When Redis does not tell, it can: the write asks again.</summary>
    public async ValueTask<bool> MayBeOfUseAsync(ReceivedMessage message, CustomerIdentity customer)
    {
        try
        {
            return await cache.TakesAsync(customer, message.HandleExpires);
        }
        catch (RedisFailureException exception)
        {
            gate.Report(exception);
            return true;
        }
    }

    private static MessageOutcome ToMessageOutcome(ApplyOutcome outcome) => outcome switch
    {
        ApplyOutcome.Written => MessageOutcome.Written,
        ApplyOutcome.SkippedOlder => MessageOutcome.SkippedOlder,
        ApplyOutcome.SkippedAbsent => MessageOutcome.SkippedAbsent,
        _ => MessageOutcome.Purged,
    };

    private async ValueTask<bool> CanTryAgainAsync(ReceivedMessage message, TimeSpan pause)
    {
        // When the gate opens for all the messages in flight at once, the pause spreads them.
        var open = await gate.WaitUntilOpenAsync(OutagePatience, message.HandleExpires);
        if (!open || message.HandleLifeLeft <= pause)
        {
            return false;
        }

        await Task.Delay(pause, time, message.HandleExpires).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !message.HandleExpires.IsCancellationRequested;
    }

    private void LogRefused(ReceivedMessage message, MessageType type, RedisFailureException exception)
    {
        if (_repeats.MayPrint(exception.Kind.ToString(), out var suppressed))
        {
            using var ids = message.Trace?.InLog(logger);
            Log.WriteRefused(logger, exception, message.MessageId, type, message.ReceiveCount, exception.Kind, suppressed);
        }
    }
}
