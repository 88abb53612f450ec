using System.Net;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Settings;
using Stigg.Sidecar.V1;

namespace Sidecar.Tests.Service;

/// <summary>A whole Sidecar on free ports, and clients for both of them.</summary>
internal sealed class RunningSidecar : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private RunningSidecar(WebApplication app, int grpcPort, int httpPort)
    {
        _app = app;
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{grpcPort}");
        Client = new SidecarService.SidecarServiceClient(_channel);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}"), DefaultRequestVersion = HttpVersion.Version11 };
    }

    /// <summary>gRPC.</summary>
    public SidecarService.SidecarServiceClient Client { get; }

    /// <summary>HTTP/1.1.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts one.</summary>
    public static async Task<RunningSidecar> StartAsync(params (string Name, string Value)[] variables)
    {
        var environment = new Dictionary<string, string> { ["PORT"] = "0", ["HTTP_PORT"] = "0" };
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        var (settings, problems) = SidecarSettingsReader.Read(environment.GetValueOrDefault);
        Assert.Empty(problems);
        var app = await SidecarHost.BuildAsync(settings!);
        await app.StartAsync();
        var ports = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses
            .Select(static address => new Uri(address).Port).ToArray();
        return new RunningSidecar(app, ports[0], ports[1]);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _channel.Dispose();
        await _app.DisposeAsync();
    }
}
