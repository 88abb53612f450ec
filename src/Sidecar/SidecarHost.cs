using EntitlementCache.EdgeApi;
using EntitlementCache.Hosting;
using EntitlementCache.Observability;
using EntitlementCache.Observability.Errors;
using EntitlementCache.Redis;
using Grpc.Reflection;
using Sidecar.Caching;
using Sidecar.GraphQl;
using Sidecar.Health;
using Sidecar.Http;
using Sidecar.Observability;
using Sidecar.Origin;
using Sidecar.Realtime;
using Sidecar.Service;
using Sidecar.Settings;
using Sidecar.Writes;
using Stigg.Sidecar.V1;

namespace Sidecar;

/// <summary>The composition root: which parts there are and what they stand on.</summary>
internal static class SidecarHost
{
    // While no real-time updates come this bounds how old an answer from memory can be.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(30);

    /// <summary>Builds the program; running it starts it.</summary>
    /// <param name="settings">What is configured.</param>
    /// <param name="log">The process's log, which outlives the program.</param>
    public static WebApplication Build(SidecarSettings settings, JsonLog log)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        log.AddTo(builder.Logging);
        builder.Logging.AddFilter("Grpc", LogLevel.Critical); // A failed call is the caller's to know; what concerns us is logged where it fails.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None); // It tells of requests only, and makes an Activity for each while any level is on.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None); // Not to be ready is no error, and clients may ask every second.
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Ports.Listen(kestrel, settings.Listen));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = settings.ShutdownDelay + settings.ShutdownTimeout);
        builder.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<StopDelay>(provider, settings.ShutdownDelay));
        AddCalls(builder.Services, settings);
        AddObservability(builder.Services, settings);
        if (!settings.IsOffline)
        {
            AddOrigin(builder.Services, settings);
            AddCache(builder.Services, settings);
        }

        var app = builder.Build();
        Map(app, settings);
        Watch(app, settings);
        app.Services.GetService<RedisClient>()?.Start();
        return app;
    }

    private static void AddCalls(IServiceCollection services, SidecarSettings settings)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Func<double>>(Random.Shared.NextDouble);
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Calls>(provider, settings.Fallbacks));
        services.AddSingleton<UsageWrites>();
        services.AddSingleton<GrpcService>();
        services.AddSingleton<CallTimer>();
        services.AddSingleton<UnexpectedFailures>();
        services.AddRoutingCore();
        services.AddGrpc();

        // Named, because looking for the services takes reflection, which a native executable has not.
        services.AddSingleton(new ReflectionServiceImpl(SidecarService.Descriptor, Grpc.Health.V1.Health.Descriptor));
        services.AddSingleton(new ReflectionV1ServiceImpl(SidecarService.Descriptor, Grpc.Health.V1.Health.Descriptor));
        services.AddGrpcHealthChecks().AddCheck<Readiness>("sidecar");
    }

    private static void AddObservability(IServiceCollection services, SidecarSettings settings)
    {
        string?[] secrets = [settings.EdgeApi?.ApiKey.Reveal(), settings.Sentry.Dsn?.Reveal(), .. settings.Redis?.Passwords.Select(static password => password.Reveal()) ?? []];
        services.AddSingleton(new Scrubber(secrets.OfType<string>()));
        services.AddSingleton<EventFilter>();
        services.AddSingleton(provider => new ErrorReports(
            provider.GetRequiredService<EventFilter>(), BuildInfo.Version, settings.Sentry.Environment, settings.Sentry.Disabled || settings.IsOffline));
        services.AddSingleton<ILoggerProvider>(static provider => provider.GetRequiredService<ErrorReports>());
        services.AddSingleton<SidecarMetrics>();
        services.AddSingleton<Readiness>();
    }

    private static void AddOrigin(IServiceCollection services, SidecarSettings settings)
    {
        services.AddSingleton(settings.EdgeApi!);
        services.AddSingleton(settings.Sentry);
        services.AddSingleton<EdgeHttp>();
        services.AddSingleton<EdgeBreaker>();
        services.AddSingleton(static provider => ActivatorUtilities.CreateInstance<EdgeHealth>(provider, "What is cached is answered as before, everything else by fallbacks"));
        services.AddSingleton(new StateRendering(settings.Cache.Layout, settings.Cache.CreditKeyPrefix));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<FetchSlots>(provider, settings.EdgeApi!.Concurrency, settings.EdgeApi.Timeout));
        services.AddSingleton<IOrigin>(provider => settings.IsEdgeEnabled
            ? ActivatorUtilities.CreateInstance<EdgeOrigin>(provider)
            : ActivatorUtilities.CreateInstance<GraphQlOrigin>(provider, settings.EdgeApi!.Timeout));
        services.AddSingleton<EntitlementReader>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<GraphQlClient>(provider, settings.ApiUrl, settings.EdgeApi!.ApiKey));
        services.AddSingleton<InitializationSignals>();
        services.AddHostedService<Initialization>();
    }

    private static void AddCache(IServiceCollection services, SidecarSettings settings)
    {
        if (settings.Redis is not { } redis)
        {
            AddMemoryCache(services, settings);
            return;
        }

        services.AddSingleton(redis);
        services.AddSingleton(settings.Cache);
        services.AddSingleton<RedisClient>();
        services.AddSingleton(provider => new FleetWideOnce(
            provider.GetRequiredService<RedisClient>(), settings.Cache.EnvironmentPrefix, settings.EdgeApi!.Timeout, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IEntitlementCache, RedisCache>();
    }

    private static void AddMemoryCache(IServiceCollection services, SidecarSettings settings)
    {
        services.AddSingleton(provider => new MemoryCache(settings.CacheMaxBytes, MaxAge, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IEntitlementCache>(static provider => provider.GetRequiredService<MemoryCache>());
        if (settings.RealtimeUrl is { } url)
        {
            services.AddSingleton<EventApplier>();
            services.AddSingleton<Func<RealtimeConnection>>(
                provider => () => new RealtimeConnection(url, settings.EdgeApi!.ApiKey, provider.GetRequiredService<TimeProvider>()));
            services.AddHostedService<RealtimeUpdates>();
        }
    }

    private static void Map(WebApplication app, SidecarSettings settings)
    {
        app.MapGrpcService<GrpcService>();
        app.MapGrpcService<ReflectionServiceImpl>();
        app.MapGrpcService<ReflectionV1ServiceImpl>();
        app.MapGrpcHealthChecksService();
        HealthEndpoints.Map(app, settings.Listen, app.Services.GetRequiredService<Readiness>());
        MetricsRoute.Map(app, app.Services.GetRequiredService<SidecarMetrics>());
        if (settings.Listen.TlsClientCaFile is not null)
        {
            // The HTTP port asks for no certificate: what must show one on the other port gets no answer here.
            Log.JsonNotServed(app.Logger);
            return;
        }

        JsonCalls.Map(app, app.Services.GetRequiredService<Calls>(), app.Services.GetRequiredService<UsageWrites>(), app.Services.GetRequiredService<CallTimer>(), app.Services.GetRequiredService<UnexpectedFailures>());
        JsonCalls.MapRest(app);
        OpenApi.Map(app);
    }

    private static void Watch(WebApplication app, SidecarSettings settings)
    {
        var cache = settings switch { { IsOffline: true } => "none (offline)", { Redis: { } redis } => $"Redis {redis}", _ => "in memory" };
        Log.Starting(app.Logger, BuildInfo.Version, settings.Listen.Port, settings.Listen.HttpPort, cache);
        var readiness = app.Services.GetRequiredService<Readiness>();
        if (settings.IsOffline)
        {
            readiness.Attempted();
        }

        // The line that parents of the original's embedded mode waited for.
        app.Lifetime.ApplicationStarted.Register(() => Log.Ready(app.Logger));
        app.Lifetime.ApplicationStopping.Register(() =>
        {
            readiness.Stopping();
            Log.Stopping(app.Logger, settings.ShutdownDelay.TotalSeconds, settings.ShutdownTimeout.TotalSeconds);
        });
    }
}
