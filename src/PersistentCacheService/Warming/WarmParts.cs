using EntitlementCache.Caching;
using EntitlementCache.EdgeApi;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue;
using PersistentCacheService.Refetching;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Warming;

/// <summary>The parts that notice a wiped Redis and refill it, for the composition root.</summary>
internal static class WarmParts
{
    /// <summary>Adds them; the service that refills only where it is switched on.</summary>
    public static void AddWarming(this IServiceCollection services, CacheSettings settings)
    {
        services.AddSingleton(new WarmKeys(settings.EnvironmentPrefix));
        services.AddSingleton<EpochMarker>();
        services.AddSingleton<EpochWatch>();
        services.AddHostedService(static provider => provider.GetRequiredService<EpochWatch>());
        services.AddSingleton(provider => new SeenCustomers(
            settings.Refill.Customers, settings.KeysTtlInSeconds > 0 ? TimeSpan.FromSeconds(settings.KeysTtlInSeconds) : null, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<WarmProgress>();
        services.AddSingleton(provider => new WarmMarks(provider.GetRequiredService<RedisClient>(), provider.GetRequiredService<WarmKeys>(), settings.EnvironmentPrefix));
        services.AddSingleton(provider => new MissedChanges(
            provider.GetRequiredService<EpochWatch>(),
            provider.GetRequiredService<WarmMarks>(),
            Refetch(provider, settings),
            new CallPace(provider.GetRequiredService<WarmMarks>().PermitAsync, settings.Refill.RatePerSecond, provider.GetRequiredService<TimeProvider>()),
            () => provider.GetRequiredService<HostSettings>().ShutdownTimeout - provider.GetRequiredService<ShutdownPhases>().Elapsed,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<MissedChanges>>()));
        services.AddHostedService(static provider => provider.GetRequiredService<MissedChanges>());
        services.AddSingleton<EventWitness>();
        if (!settings.Refill.IsOn)
        {
            return;
        }

        services.AddSingleton(provider => new RefillTerms(
            settings.Refill.RatePerSecond, provider.GetRequiredService<QueueLanes>().EdgeCallsOfFirst, settings.UpdatePolicy));
        services.AddSingleton(provider => new Warmer(
            provider.GetRequiredService<WarmMarks>(), Refetch(provider, settings), provider.GetRequiredService<WarmProgress>(), provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<RefillService>();
    }

    /// <summary>What a warm-up writes with: it creates what is not cached, whatever the policy for messages is.</summary>
    public static CacheSettings Creating(CacheSettings settings) => settings with { UpdatePolicy = CacheUpdatePolicy.Upsert };

    private static CustomerRefetch Refetch(IServiceProvider provider, CacheSettings settings)
    {
        var (time, random) = (provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<Func<double>>());
        return new CustomerRefetch(
            provider.GetRequiredService<EdgeApiClient>(),
            new ScriptedCache(provider.GetRequiredService<RedisClient>(), Creating(settings), time, random),
            provider.GetRequiredService<ServiceMetrics>(),
            time,
            random,
            provider.GetRequiredService<ILogger<CustomerRefetch>>());
    }
}
