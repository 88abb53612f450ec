using EntitlementCache.Caching;
using EntitlementCache.EdgeApi;
using EntitlementCache.Hosting;
using EntitlementCache.Observability;
using EntitlementCache.Observability.Errors;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Applying;
using PersistentCacheService.Auditing;
using PersistentCacheService.Health;
using PersistentCacheService.Observability;
using PersistentCacheService.Observability.Runtime;
using PersistentCacheService.Queue;
using PersistentCacheService.Settings;
using PersistentCacheService.StatusPage;
using PersistentCacheService.Sweeping;
using PersistentCacheService.Tracing;
using PersistentCacheService.Warming;

namespace PersistentCacheService;

/// <summary>The composition root: which parts there are and what they stand on.</summary>
internal static class ServiceHost
{
    /// <summary>Builds the service; running it starts it.</summary>
    /// <param name="settings">What is configured.</param>
    /// <param name="log">The process's log, which outlives the service.</param>
    public static WebApplication Build(ServiceSettings settings, JsonLog log)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        log.AddTo(builder.Logging);
        builder.Services.AddSingleton(log);
        AddSideServer(builder, settings.Host);
        AddFoundation(builder.Services, settings);
        AddEdgeApi(builder.Services, settings);
        AddQueues(builder.Services, settings);
        builder.Services.AddSweep(settings.Cache);
        builder.Services.AddWarming(settings.Cache);
        builder.Services.AddAudit(settings.Cache);
        AddObservability(builder.Services, settings);
        if (settings.Host.StatusPage)
        {
            builder.Services.AddStatusPage(settings);
        }

        var app = builder.Build();
        app.MapHealth([.. app.Services.GetRequiredService<QueueLanes>().All.Select(static lane => lane.Board)], app.Services.GetRequiredService<Readiness>());
        app.MapRecentCustomers(app.Services.GetRequiredService<SeenCustomers>());

        MapMetrics(app);
        if (settings.Host.StatusPage)
        {
            app.MapStatusPage();
        }

        app.Services.GetRequiredService<RedisClient>().Start();
        LogStart(app.Logger, settings);
        if (settings.Host is { OtlpEndpoint: not null, IsTracingDecided: false })
        {
            Log.TracesAreOff(app.Logger);
        }

        return app;
    }

    private static void AddSideServer(WebApplicationBuilder builder, HostSettings settings)
    {
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = 100;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.ListenAnyIP(settings.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(options =>
        {
            options.ShutdownTimeout = settings.ShutdownTimeout + Drain.Overtime;
            options.ServicesStopConcurrently = true;
        });
    }

    private static void AddFoundation(IServiceCollection services, ServiceSettings settings)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Func<double>>(Random.Shared.NextDouble);
        services.AddSingleton(settings.Cache);
        services.AddSingleton(settings.Redis);
        services.AddSingleton(settings.Host);
        services.AddSingleton<RedisClient>();
        services.AddSingleton<ScriptedCache>();
    }

    private static void AddEdgeApi(IServiceCollection services, ServiceSettings settings)
    {
        services.AddSingleton(settings.EdgeApi);
        services.AddSingleton(settings.Sentry);
        services.AddSingleton<EdgeHttp>();
        services.AddSingleton<EdgeBreaker>();
        services.AddSingleton(static provider => ActivatorUtilities.CreateInstance<EdgeHealth>(provider, "Messages that carry only an id wait in the queue; all others are applied"));
        var share = settings.EdgeApi with { Concurrency = QueueLanes.EdgeShares(settings.EdgeApi.Concurrency, settings.Queues.Count)[0] };
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<EdgeApiClient>(provider, share));
        services.AddHostedService<RemoteConfiguration>();
    }

    private static void AddQueues(IServiceCollection services, ServiceSettings settings)
    {
        services.AddSingleton<ShutdownPhases>();
        services.AddSingleton<OperationWarnings>();
        services.AddSingleton<CacheWriter>();
        services.AddSingleton<WriteGate>();
        services.AddHostedService(static provider => provider.GetRequiredService<WriteGate>());
        services.AddSingleton(provider => new QueueLanes(settings.Queues, provider));
        services.AddHostedService(static provider => provider.GetRequiredService<QueueLanes>());
        services.AddHostedService<Drain>();
    }

    private static void AddObservability(IServiceCollection services, ServiceSettings settings)
    {
        Secret?[] secrets = [settings.EdgeApi.ApiKey, settings.Sentry.Dsn, .. settings.Redis.Passwords, .. settings.Secrets];
        services.AddSingleton(new Scrubber(secrets.OfType<Secret>().Select(static secret => secret.Reveal())));
        services.AddSingleton<EventFilter>();
        services.AddSingleton(provider => new ErrorReports(
            provider.GetRequiredService<EventFilter>(), BuildInfo.Version, settings.Sentry.Environment, settings.Sentry.Disabled));
        services.AddSingleton<ILoggerProvider>(static provider => provider.GetRequiredService<ErrorReports>());
        services.AddSingleton<Tally>();
        services.AddSingleton<ServiceMetrics>();
        services.AddSingleton<RedisMetrics>();
        services.AddSingleton<EdgeMetrics>();
        services.AddSingleton<RuntimeMetrics>();
        services.AddSingleton(static provider => new MetricsPage(provider.GetService<PushedMeter>()));
        services.AddSingleton<IReadOnlyList<QueueCondition>>(static provider =>
            [.. provider.GetRequiredService<QueueLanes>().All.Select(static lane => new QueueCondition(lane.Settings.Name, lane.Health, lane.Board))]);
        services.AddSingleton<Readiness>();
        if (settings.Host.OtlpEndpoint is not null)
        {
            services.AddMetricsPush();
        }

        services.AddSingleton(_ => new SpanSource(settings.Host.Tracing?.Sampling));
        if (settings.Host.Tracing is { } tracing)
        {
            services.AddSpanPush(tracing);
        }

        services.AddSingleton<RedisFigures>();
        services.AddHostedService(static provider => provider.GetRequiredService<RedisFigures>());
        services.AddHostedService<MinuteSummary>();
        services.AddHostedService<ReadyReport>();
    }

    private static void MapMetrics(WebApplication app)
    {
        var page = app.Services.GetRequiredService<MetricsPage>();
        new MetricsEndpoint(page).Map(app, "/metrics");

        // They must be there at the first scrape; nothing else asks for them.
        app.Services.GetRequiredService<RuntimeMetrics>();
        StateMetrics.AddTo(page, app.Services);
    }

    private static void LogStart(ILogger logger, ServiceSettings settings) => Log.Starting(
        logger, BuildInfo.Version, string.Join(", ", settings.Queues.Select(static queue => queue.Name)), settings.Queues[0].Region, settings.Queues[0].BatchSize,
        settings.Queues[0].Consumers, settings.Queues[0].MaxInFlight,
        settings.Redis.ToString(), settings.Cache.EnvironmentPrefix, settings.Cache.Layout, settings.Cache.UpdatePolicy, settings.Cache.KeysTtlInSeconds,
        settings.Host.Port);
}
