using PersistentCacheService.Caching;
using PersistentCacheService.Consuming;
using PersistentCacheService.EdgeApi;
using PersistentCacheService.Queue;
using PersistentCacheService.Redis;
using PersistentCacheService.Sentry;

namespace PersistentCacheService.Observability;

/// <summary>Shows the state of the parts, and the counts they keep themselves. Read at each scrape, free between scrapes.</summary>
internal sealed class StateMetrics
{
    /// <summary>Creates the instruments; they last as long as the meter.</summary>
    public StateMetrics(
        ServiceMetrics metrics,
        ConsumerBoard board,
        PollWidth width,
        InFlightLimiter limiter,
        QueueHealth queue,
        RedisClient redis,
        WriteGate gate,
        EntitlementCache cache,
        Refresher refresher,
        SentryReporter sentry,
        TimeProvider time)
    {
        var meter = metrics.Meter;
        Instruments.Build.Observe(meter, static () => 1);
        Instruments.ConsumersRunning.Observe(meter, () => board.Running);
        Instruments.ConsumersPolling.Observe(meter, () => width.Polling);
        Instruments.ConsumerHeartbeat.Observe(meter, () => (time.GetUtcNow() - board.LongestSilenceNow).ToUnixTimeMilliseconds() / 1000.0);
        Instruments.InFlightMessages.Observe(meter, () => limiter.Taken);
        Instruments.InFlightLimit.Observe(meter, () => limiter.Limit);
        Instruments.LastReceiveSuccess.Observe(meter, () => queue.LastSuccess);
        Instruments.RedisConnected.Observe(meter, () => redis.State == RedisConnectionState.Ready ? 1 : 0);
        Instruments.RedisWritable.Observe(meter, () => gate.IsOpen ? 1 : 0);
        Instruments.RedisCommandsInFlight.Observe(meter, () => redis.CommandsInFlight);
        Instruments.LockWaits.Observe(meter, () => cache.LockWaits);
        Instruments.EdgeRefreshesInFlight.Observe(meter, () => refresher.InFlight);
        Instruments.SentryEvents.Observe(meter, outcome => sentry.CountOf((EventOutcome)outcome));
    }
}
