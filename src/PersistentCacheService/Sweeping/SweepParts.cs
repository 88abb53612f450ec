using EntitlementCache.Caching;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.Extensions.DependencyInjection;
using PersistentCacheService.Queue;
using PersistentCacheService.Refetching;

namespace PersistentCacheService.Sweeping;

/// <summary>The parts of the sweep, for the composition root.</summary>
internal static class SweepParts
{
    /// <summary>Adds them; the service that looks for sweeps only where they are switched on.</summary>
    public static void AddSweep(this IServiceCollection services, CacheSettings settings)
    {
        services.AddSingleton<SweepProgress>();
        services.AddSingleton<CustomerRefetch>();
        if (!settings.Sweep.IsOn)
        {
            return;
        }

        services.AddSingleton(provider => new SweepLedger(provider.GetRequiredService<RedisClient>(), new SweepKeys(settings.EnvironmentPrefix)));
        services.AddSingleton(provider => new CachedCustomers(provider.GetRequiredService<RedisClient>(), settings.EnvironmentPrefix));
        services.AddSingleton<ISweepWork, SweepRefetch>();
        services.AddSingleton(provider => SweepTerms.Of(settings.Sweep.RatePerSecond, provider.GetRequiredService<QueueLanes>().EdgeCallsOfFirst));
        services.AddSingleton<Sweeper>();
        services.AddHostedService<SweepService>();
    }
}
