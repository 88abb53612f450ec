using EntitlementCache.Caching;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Applying;
using PersistentCacheService.Commands.Inspect;
using PersistentCacheService.Queue;
using PersistentCacheService.Refetching;
using PersistentCacheService.Sweeping;

namespace PersistentCacheService.Auditing;

/// <summary>The parts of the continuous audit, for the composition root.</summary>
internal static class AuditParts
{
    /// <summary>Name of the worker's audit in its keys; the command has one of its own, so that they do not wait for each other.</summary>
    public const string Name = "audit";

    private const double SecondsPerMinute = 60;

    /// <summary>Adds them; the service that audits only where it is switched on.</summary>
    public static void AddAudit(this IServiceCollection services, CacheSettings settings)
    {
        services.AddSingleton<AuditTally>();
        if (settings.AuditRatePerMinute == 0)
        {
            return;
        }

        services.AddSingleton<AuditLog>();
        services.AddHostedService(provider => Create(provider, settings));
    }

    private static AuditService Create(IServiceProvider provider, CacheSettings settings)
    {
        var (redis, prefix, time) = (provider.GetRequiredService<RedisClient>(), settings.EnvironmentPrefix, provider.GetRequiredService<TimeProvider>());
        var (rate, ledger) = (settings.AuditRatePerMinute / SecondsPerMinute, new SweepLedger(redis, new SweepKeys(prefix, Name)));
        var (orphans, lanes) = (new OrphanedUsage(redis, prefix), provider.GetRequiredService<QueueLanes>());
        var auditor = new Auditor(
            provider.GetRequiredService<CustomerRefetch>(),
            new SnapshotReader(redis, prefix, asksExpiries: false),
            orphans,
            settings,
            new AuditTerms(Sample: null, AuditTerms.UsualGrace),
            provider.GetRequiredService<AuditTally>(),
            time)
        {
            SecondPace = new CallPace(ledger.PermitSecondLookAsync, rate, time),
            AreMessagesLate = () => lanes.AreMessagesLate(AuditTerms.UsualGrace),
            Found = provider.GetRequiredService<AuditLog>().Tell,
        };
        var customers = new CachedCustomers(redis, prefix) { OtherKey = orphans.Meet };
        var sweeper = new Sweeper(ledger, customers, auditor, new SweepTerms(rate, CallsAtOnce: 1), new SweepProgress(time), time);
        return new AuditService(sweeper, ledger, auditor, provider.GetRequiredService<WriteGate>(), time, provider.GetRequiredService<ILogger<AuditService>>());
    }
}
