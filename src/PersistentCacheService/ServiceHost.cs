using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.Runtime.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Caching;
using PersistentCacheService.Consuming;
using PersistentCacheService.Queue;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.EdgeApi;
using PersistentCacheService.Health;
using PersistentCacheService.Observability;
using PersistentCacheService.Observability.Runtime;
using PersistentCacheService.Prometheus;
using PersistentCacheService.Redis;
using PersistentCacheService.Sentry;
using PersistentCacheService.Settings;

namespace PersistentCacheService;

/// <summary>The composition root: which parts there are and what they stand on.</summary>
internal static class ServiceHost
{
    /// <summary>Builds the service; running it starts it.</summary>
    public static WebApplication Build(ServiceSettings settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddJsonLines(settings.Logging);
        AddSideServer(builder, settings.Host);
        AddFoundation(builder.Services, settings);
        AddEdgeApi(builder.Services, settings);
        AddQueue(builder.Services, settings);
        AddObservability(builder.Services, settings);

        var app = builder.Build();
        app.MapHealth(app.Services.GetRequiredService<ConsumerBoard>(), app.Services.GetRequiredService<Readiness>());
        app.MapMetrics("/metrics", app.Services.GetRequiredService<PrometheusRegistry>());

        // They must exist before the first scrape; nothing else asks for them.
        app.Services.GetRequiredService<RuntimeMetrics>();
        app.Services.GetRequiredService<StateMetrics>();
        app.Services.GetRequiredService<RedisClient>().Start();
        LogStart(app.Logger, settings);
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
        services.AddSingleton(settings.Queue);
        services.AddSingleton(settings.Cache);
        services.AddSingleton(settings.Redis);
        services.AddSingleton(settings.Host);
        services.AddSingleton<IIdentityResolver<AWSCredentials>, DefaultAWSCredentialsIdentityResolver>();
        services.AddSingleton<RememberedCredentials>();
        services.AddSingleton(provider => SqsClient.Create(settings.Queue, provider.GetRequiredService<RememberedCredentials>()));
        services.AddSingleton(provider => new RedisClient(
            ToOptions(settings.Redis),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RedisClient>>(),
            provider.GetRequiredService<RedisMetrics>()));
        services.AddSingleton<EntitlementCache>();
    }

    private static void AddEdgeApi(IServiceCollection services, ServiceSettings settings)
    {
        services.AddSingleton(settings.EdgeApi);
        services.AddSingleton(settings.Sentry);
        services.AddSingleton<EdgeHttp>();
        services.AddSingleton<EdgeBreaker>();
        services.AddSingleton<EdgeHealth>();
        services.AddSingleton<EdgeApiClient>();
        services.AddHostedService<RemoteConfiguration>();
    }

    private static void AddQueue(IServiceCollection services, ServiceSettings settings)
    {
        services.AddSingleton<ShutdownPhases>();
        services.AddSingleton<ConsumerBoard>();
        services.AddSingleton<PollWidth>();
        services.AddSingleton<MemoryShortage>();
        services.AddSingleton<QueueHealth>();
        services.AddSingleton<QueueProperties>();
        services.AddSingleton<ConsumedQueue>();
        services.AddSingleton(new InFlightLimiter(settings.Queue.MaxInFlight, settings.EdgeApi.Concurrency * Refresher.WaitingPerCall));
        services.AddSingleton<SettlementRules>();
        services.AddSingleton<Settler>();
        services.AddSingleton<CacheWriter>();
        services.AddSingleton<Refresher>();
        services.AddSingleton<MessageLog>();
        services.AddSingleton<Pipeline>();
        services.AddTransient<ReceiveGate>();
        services.AddSingleton<WriteGate>();
        services.AddHostedService(static provider => provider.GetRequiredService<WriteGate>());
        services.AddHostedService<QueueAttributesMonitor>();
        for (var i = 0; i < settings.Queue.Consumers; i++)
        {
            var number = i;
            services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Receiver>(provider, number));
        }

        services.AddHostedService<Receivers>();
        services.AddHostedService<Drain>();
    }

    private static void AddObservability(IServiceCollection services, ServiceSettings settings)
    {
        services.AddSentry(new SentryOptions
        {
            Dsn = settings.Sentry.Dsn?.Reveal(),
            Disabled = settings.Sentry.Disabled,
            Release = BuildInfo.Version,
            Environment = settings.Sentry.Environment,
            TagNames = ["Type", "Kind", "Operation"],
            Secrets = [settings.EdgeApi.ApiKey.Reveal(), .. settings.Redis.Password is { } password ? [password.Reveal()] : Array.Empty<string>()],
        });
        services.AddSingleton<Tally>();
        services.AddSingleton<ServiceMetrics>();
        services.AddSingleton<RedisMetrics>();
        services.AddSingleton<RuntimeMetrics>();
        services.AddSingleton<StateMetrics>();
        services.AddSingleton(static _ => MetricsPage.CreateRegistry());
        services.AddSingleton<Readiness>();
        if (settings.Host.OtlpEndpoint is not null)
        {
            services.AddMetricsPush();
        }

        services.AddHostedService<RedisFigures>();
        services.AddHostedService<MinuteSummary>();
        services.AddHostedService<ReadyReport>();
    }

    /// <summary>The settings as the Redis client takes them.</summary>
    internal static RedisOptions ToOptions(RedisSettings settings) => new()
    {
        Host = settings.Host,
        Port = settings.Port,
        Database = settings.Database,
        Username = settings.Username,
        Password = settings.Password?.Reveal(),
        PasswordFile = settings.PasswordFile,
        Tls = settings.Tls,
        TlsCaFile = settings.TlsCaFile,
        ConnectTimeout = settings.ConnectTimeout,
        CommandTimeout = settings.CommandTimeout,
    };

    private static void LogStart(ILogger logger, ServiceSettings settings) => Log.Starting(
        logger, BuildInfo.Version, settings.Queue.Name, settings.Queue.Region, settings.Queue.BatchSize, settings.Queue.Consumers, settings.Queue.MaxInFlight,
        ToOptions(settings.Redis).ToString(), settings.Cache.EnvironmentPrefix, settings.Cache.Layout, settings.Cache.UpdatePolicy, settings.Cache.KeysTtlInSeconds,
        settings.Host.Port);
}
