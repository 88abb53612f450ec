using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PersistentCacheService.Queue;
using PersistentCacheService.Settings;
using PersistentCacheService.StatusPage.Sections;

namespace PersistentCacheService.StatusPage;

/// <summary>The page for people: without it there is neither a history nor anything that keeps one.</summary>
internal static class StatusPageParts
{
    /// <summary>Adds the parts.</summary>
    public static void AddStatusPage(this IServiceCollection services, ServiceSettings settings)
    {
        services.AddSingleton<StatusHistory>();
        services.AddHostedService(static provider => ActivatorUtilities.CreateInstance<StatusSampler>(provider, provider.GetRequiredService<QueueLanes>().All));
        services.AddSingleton<WorkerSection>();
        services.AddSingleton<QueueSection>();
        services.AddSingleton<CacheSection>();
        services.AddSingleton(provider => new HistorySection(provider.GetRequiredService<StatusHistory>(), [.. settings.Queues.Select(static queue => queue.Name)]));
        services.AddSingleton<LogSection>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SettingsSection>(provider, settings.InForce));
        services.AddSingleton<StatusDocument>();
    }

    /// <summary>Maps <c>/</c>, <c>/status</c> and <c>/runbooks/NAME</c>.</summary>
    public static void MapStatusPage(this IEndpointRouteBuilder endpoints) =>
        StatusEndpoints.Map(endpoints, endpoints.ServiceProvider.GetRequiredService<StatusDocument>());
}
