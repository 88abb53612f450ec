using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PersistentCacheService.EdgeApi;
using Sidecar.Caching;
using Sidecar.Http;
using Sidecar.Observability;
using Sidecar.Origin;
using Sidecar.Service;
using Sidecar.Settings;
using Sidecar.Writes;
using StackExchange.Redis;

namespace Sidecar;

/// <summary>Puts the Sidecar together.</summary>
internal static class SidecarHost
{
    // Without real-time updates this bounds how old an answer from memory can be.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(30);

    /// <summary>Builds the program; starting it is the caller's.</summary>
    public static async Task<WebApplication> BuildAsync(SidecarSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(settings.LogLevel)
            .AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Critical).AddJsonConsole();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings));
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System).AddSingleton(settings.Fallbacks).AddSingleton<SidecarMetrics>().AddSingleton<CallTimer>();
        services.AddSingleton(provider => new Calls(
            provider.GetService<EntitlementReader>(),
            settings.Fallbacks,
            provider.GetRequiredService<SidecarMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Calls>>()));
        services.AddSingleton(provider => new UsageWrites(
            provider.GetService<GraphQlClient>(),
            provider.GetService<EntitlementReader>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<UsageWrites>>()));
        services.AddSingleton<GrpcService>();
        if (!settings.IsOffline)
        {
            await AddUpstreamAsync(services, settings);
        }

        services.AddGrpc(static options => options.Interceptors.Add<CallTimer>());
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks().AddCheck("sidecar", static () => Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult.Healthy());
        var app = builder.Build();
        Map(app, settings);
        return app;
    }

    private static async Task AddUpstreamAsync(IServiceCollection services, SidecarSettings settings)
    {
        services.AddSingleton(provider => new EdgeHttp(settings.EdgeApi!, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(new StateRendering(settings.Layout, settings.CreditKeyPrefix));
        services.AddSingleton<IOrigin, EdgeOrigin>();
        services.AddSingleton<EntitlementReader>();
        services.AddSingleton(provider => new GraphQlClient(settings.ApiUrl, settings.EdgeApi!.ApiKey, provider.GetRequiredService<SidecarMetrics>()));
        if (settings.Redis is not { } redis)
        {
            services.AddSingleton<IEntitlementCache>(provider => new MemoryCache(settings.CacheMaxBytes, MaxAge, provider.GetRequiredService<TimeProvider>()));
            return;
        }

        var options = new ConfigurationOptions
        {
            EndPoints = { { redis.Host, redis.Port } },
            DefaultDatabase = redis.Database,
            User = redis.Username,
            Password = redis.Password?.Reveal(),
            Ssl = redis.Tls,
            AbortOnConnectFail = false,
            ConnectTimeout = (int)redis.ConnectTimeout.TotalMilliseconds,
            AsyncTimeout = (int)redis.CommandTimeout.TotalMilliseconds,
            SyncTimeout = (int)redis.CommandTimeout.TotalMilliseconds,

            // While Redis is away the Edge API answers: a command must not wait for the connection.
            BacklogPolicy = BacklogPolicy.FailFast,
            ClientName = "stigg-sidecar",
        };
        var connection = await ConnectionMultiplexer.ConnectAsync(options);
        services.AddSingleton<IConnectionMultiplexer>(connection);
        services.AddSingleton<IEntitlementCache>(provider =>
        {
            var time = provider.GetRequiredService<TimeProvider>();
            return new RedisCache(connection, settings.RedisPrefix, settings.RedisKeysTtl, new FleetWideOnce(connection, settings.RedisPrefix, settings.EdgeApi!.Timeout, time), time);
        });
    }

    private static void Listen(KestrelServerOptions kestrel, SidecarSettings settings)
    {
        kestrel.Listen(IPAddress.IPv6Any, settings.Port, listen =>
        {
            // Plaintext cannot negotiate: gRPC's port speaks HTTP/2 only, health and JSON have one of their own.
            listen.Protocols = HttpProtocols.Http2;
            if (settings.TlsCertFile is { } certificate)
            {
                listen.UseHttps(https => Secure(https, certificate, settings));
            }
        });
        kestrel.Listen(IPAddress.IPv6Any, settings.HttpPort, static listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static void Secure(HttpsConnectionAdapterOptions https, string certificate, SidecarSettings settings)
    {
        https.ServerCertificate = X509Certificate2.CreateFromPemFile(certificate, settings.TlsKeyFile);
        if (settings.TlsClientCaFile is not { } authorities)
        {
            return;
        }

        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPemFile(authorities);
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.ClientCertificateValidation = (client, _, _) =>
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return chain.Build(client);
        };
    }

    private static void Map(WebApplication app, SidecarSettings settings)
    {
        app.MapGrpcService<GrpcService>();
        app.MapGrpcReflectionService();
        app.MapGrpcHealthChecksService();
        RequestDelegate up = static context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"status":"UP"}""", context.RequestAborted);
        };
        app.MapGet("/" + settings.LivePath, up);
        app.MapGet("/" + settings.ReadyPath, up);
        var registry = app.Services.GetRequiredService<SidecarMetrics>().Registry;
        RequestDelegate metrics = context =>
        {
            context.Response.ContentType = Prometheus.PrometheusConstants.TextContentType;
            return registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
        };
        app.MapGet("/metrics", metrics);
        JsonCalls.Map(app, app.Services.GetRequiredService<Calls>(), app.Services.GetRequiredService<UsageWrites>());
    }
}
