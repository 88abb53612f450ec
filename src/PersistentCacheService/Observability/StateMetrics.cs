using EntitlementCache.Caching;
using EntitlementCache.Observability;
using EntitlementCache.Observability.Errors;
using EntitlementCache.Redis;
using Microsoft.Extensions.DependencyInjection;
using PersistentCacheService.Applying;
using PersistentCacheService.Auditing;
using PersistentCacheService.Queue;
using PersistentCacheService.Refetching;
using PersistentCacheService.Sweeping;
using PersistentCacheService.Warming;

namespace PersistentCacheService.Observability;

/// <summary>Shows the state of the parts, and the counts they keep themselves. Read at each scrape, free between scrapes.</summary>
internal static class StateMetrics
{
    /// <summary>Adds the instruments to the page.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="parts">The host's services.</param>
    public static void AddTo(MetricsPage page, IServiceProvider parts)
    {
        Instruments.Build.Observe(page, static () => 1);
        var log = parts.GetRequiredService<JsonLog>();
        Instruments.LogLinesDropped.Observe(page, () => log.DroppedLines);
        ShowConsumers(page, parts);
        ShowRedis(page, parts);
        Instruments.EdgeRefreshesInFlight.Observe(page, () => parts.GetRequiredService<QueueLanes>().All.Sum(static lane => lane.Refresher.InFlight));
        ShowSweep(page, parts.GetRequiredService<SweepProgress>());
        ShowWarming(page, parts);
        var events = parts.GetRequiredService<EventFilter>();
        Instruments.SentryEvents.Observe(page, outcome => events.CountOf((EventOutcome)outcome));
    }

    private static void ShowConsumers(MetricsPage page, IServiceProvider parts)
    {
        var time = parts.GetRequiredService<TimeProvider>();
        var lanes = parts.GetRequiredService<QueueLanes>();
        var all = lanes.All;
        Instruments.ConsumersRunning.Observe(page, () => lanes.Running);
        Instruments.ConsumerHeartbeat.Observe(page, () => (time.GetUtcNow() - lanes.LongestSilenceNow).ToUnixTimeMilliseconds() / 1000.0);
        Instruments.ConsumersPolling.Observe(page, () => all.Sum(static lane => lane.Width.Polling));
        Instruments.InFlightMessages.Observe(page, () => all.Sum(static lane => lane.Permits.Taken));
        Instruments.InFlightLimit.Observe(page, () => all.Sum(static lane => lane.Permits.Limit));

        // Of several queues the one that answered last: that none does is another trouble than that one does not.
        Instruments.LastReceiveSuccess.Observe(page, () => all.Max(static lane => lane.Health.LastSuccess));
        ShowQueues(page, all);
    }

    private static void ShowQueues(MetricsPage page, IReadOnlyList<QueueLane> lanes)
    {
        string[] names = [.. lanes.Select(static lane => lane.Settings.Name)];
        Instruments.QueueUsable.For(names).Observe(page, position => lanes[position].Health.IsUsable ? 1 : 0);
        Instruments.QueueLag.For(names).Observe(page, position => lanes[position].Lag.Largest.TotalSeconds);
        Instruments.QueueReceived.For(names).Observe(page, position => lanes[position].Queue.Received);
        Instruments.QueueInFlight.For(names).Observe(page, position => lanes[position].Permits.Taken);
        Instruments.QueueLastSuccess.For(names).Observe(page, position => lanes[position].Health.LastSuccess);
    }

    private static void ShowSweep(MetricsPage page, SweepProgress sweep)
    {
        Instruments.SweepCustomers.Observe(page, result => sweep.CountOf((RefetchResult)result));
        Instruments.SweepsCompleted.Observe(page, () => sweep.Completed);
        Instruments.SweepRunning.Observe(page, () => sweep.Current is null ? 0 : 1);
        Instruments.SweepCustomersLeft.Observe(page, () => sweep.Current?.Left ?? 0);
    }

    private static void ShowWarming(MetricsPage page, IServiceProvider parts)
    {
        var watch = parts.GetRequiredService<EpochWatch>();
        Instruments.RedisWiped.Observe(page, kind => watch.CountOf((WipeKind)kind));
        var seen = parts.GetRequiredService<SeenCustomers>();
        Instruments.SeenCustomers.Observe(page, () => seen.Count);
        var warm = parts.GetRequiredService<WarmProgress>();
        Instruments.WarmCustomers.Observe(page, result => warm.CountOf((RefetchResult)result));
        Instruments.WarmRunning.Observe(page, () => warm.Current is null ? 0 : 1);
        Instruments.WarmCustomersLeft.Observe(page, () => warm.Current?.Left ?? 0);
        var missed = parts.GetRequiredService<MissedChanges>();
        Instruments.MissedChanges.Observe(page, result => missed.CountOf((RefetchResult)result));
        var audit = parts.GetRequiredService<AuditTally>();
        Instruments.AuditedCustomers.Observe(page, result => audit.CountOf((AuditResult)result));
        Instruments.Drifts.Observe(page, kind => audit.CountOf((DriftKind)kind));
        Instruments.DriftRatio.Observe(page, () => audit.DriftRatio);
    }

    private static void ShowRedis(MetricsPage page, IServiceProvider parts)
    {
        var redis = parts.GetRequiredService<RedisClient>();
        Instruments.RedisConnected.Observe(page, () => redis.State == RedisConnectionState.Ready ? 1 : 0);
        Instruments.RedisCommandsInFlight.Observe(page, () => redis.CommandsInFlight);
        var gate = parts.GetRequiredService<WriteGate>();
        Instruments.RedisWritable.Observe(page, () => gate.IsOpen ? 1 : 0);
        var cache = parts.GetRequiredService<ScriptedCache>();
        Instruments.LockWaits.Observe(page, () => cache.LockWaits);
    }
}
