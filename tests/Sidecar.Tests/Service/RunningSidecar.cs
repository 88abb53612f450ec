using System.Net;
using EntitlementCache.Observability;
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
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}"), DefaultRequestVersion = HttpVersion.Version11 };
    }

    /// <summary>TCP port of gRPC.</summary>
    public int GrpcPort { get; }

    /// <summary>gRPC.</summary>
    public SidecarService.SidecarServiceClient Client { get; }

    /// <summary>HTTP/1.1.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts one.</summary>
    public static async Task<RunningSidecar> StartAsync(params (string Name, string Value)[] variables)
    {
        var environment = new Dictionary<string, string> { ["PORT"] = "0", ["HTTP_PORT"] = "0", ["WS_ENABLED"] = "0" };
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
        return sidecar;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _channel.Dispose();
        await _app.DisposeAsync();
        _log.Dispose();
    }
}
