using System.Net;
using EntitlementCache.Observability;
using EntitlementCache.Redis;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Settings;
using Stigg.Sidecar.V1;
using TestKit;

namespace Sidecar.Tests.Service;

/// <summary>A whole Sidecar on free ports, and clients for both of them.</summary>
internal sealed class RunningSidecar : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly JsonLog _log;
    private readonly GrpcChannel _channel;

    private RunningSidecar(WebApplication app, JsonLog log, int grpcPort, int httpPort)
    {
        _app = app;
        _log = log;
        GrpcPort = grpcPort;
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{grpcPort}");
        Client = new SidecarService.SidecarServiceClient(_channel);

        // A second, the default, may pass before a slow machine has refused a body that is then sent after all.
        Http = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{httpPort}"),
            DefaultRequestVersion = HttpVersion.Version11,
        };
    }

    /// <summary>TCP port of gRPC.</summary>
    public int GrpcPort { get; }

    /// <summary>gRPC.</summary>
    public SidecarService.SidecarServiceClient Client { get; }

    /// <summary>HTTP/1.1.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts one and waits until it is ready and, if it has a Redis, connected.</summary>
    public static Task<RunningSidecar> StartAsync(params (string Name, string Value)[] variables) => StartAsync(variables, reachesRedis: true);

    /// <summary>Starts one that must not be able to reach its Redis.</summary>
    public static Task<RunningSidecar> StartWithoutRedisAsync(params (string Name, string Value)[] variables) => StartAsync(variables, reachesRedis: false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _channel.Dispose();
        await _app.DisposeAsync();
        _log.Dispose();
    }

    private static async Task<RunningSidecar> StartAsync((string Name, string Value)[] variables, bool reachesRedis)
    {
        // A command that a slow machine answers late would be a miss.
        var environment = new Dictionary<string, string> { ["PORT"] = "0", ["HTTP_PORT"] = "0", ["WS_ENABLED"] = "0", ["REDIS_COMMAND_TIMEOUT_IN_MS"] = "30000" };
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        var reading = SidecarSettingsReader.Read(environment.GetValueOrDefault);
        Assert.Empty(reading.Problems);
        var log = new JsonLog(reading.Logging, Stream.Null);
        var app = SidecarHost.Build(reading.Settings!, log);
        await app.StartAsync();
        var ports = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses
            .Select(static address => new Uri(address).Port).ToArray();
        var sidecar = new RunningSidecar(app, log, ports[0], ports[1]);
        await Eventually.HoldsAsync(async () => (await sidecar.Http.GetAsync(new Uri("/" + reading.Settings!.Listen.ReadyPath, UriKind.Relative))).IsSuccessStatusCode, "the Sidecar is ready");
        if (reachesRedis && app.Services.GetService<RedisClient>() is { } redis)
        {
            // It is ready after 3 s without a connection, too.
            await Eventually.HoldsAsync(() => redis.State == RedisConnectionState.Ready, "the Sidecar is connected to Redis");
        }

        return sidecar;
    }
}
