using System.Globalization;
using System.Text.Json.Nodes;
using Grpc.Net.Client;
using Stigg.Sidecar.V1;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Processes;

namespace SidecarLoad;

/// <summary>A Sidecar on a core of its own, its cache filled, and 64 callers.</summary>
internal sealed class MeasuredSidecar : IAsyncDisposable
{
    private const int Callers = 64;
    private const int Channels = 4;
    private const int Customers = 1000;

    private readonly RedisServer? _redis;
    private readonly FakeEdgeApi _edge;
    private readonly ChildProcess _process;
    private readonly GrpcChannel[] _channels;
    private readonly SidecarService.SidecarServiceClient[] _clients;

    private MeasuredSidecar(RedisServer? redis, FakeEdgeApi edge, ChildProcess process, int port)
    {
        _redis = redis;
        _edge = edge;
        _process = process;
        _channels = [.. Enumerable.Range(0, Channels).Select(_ => GrpcChannel.ForAddress($"http://127.0.0.1:{port}", new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler() }))];
        _clients = [.. _channels.Select(static channel => new SidecarService.SidecarServiceClient(channel))];
    }

    /// <summary>Starts one and fills its cache: a thousand customers of ten features.</summary>
    public static async Task<MeasuredSidecar> StartAsync(string executable, string core, bool hasRedis)
    {
        var redis = hasRedis ? await RedisServer.StartAsync() : null;
        var edge = await FakeEdgeApi.StartAsync();
        var features = new JsonArray([.. Enumerable.Range(0, 10).Select(Feature)]);
        for (var i = 0; i < Customers; i++)
        {
            edge.Store($"customer-{i}", null, features.DeepClone().AsArray());
        }

        var (port, httpPort) = (FreePort.Next(), FreePort.Next());
        var environment = new Dictionary<string, string?>
        {
            ["SERVER_API_KEY"] = edge.ApiKey,
            ["EDGE_API_URL"] = edge.Url,
            ["API_URL"] = edge.Url,
            ["WS_ENABLED"] = "0",
            ["LOG_LEVEL"] = "error",
            ["PORT"] = Text(port),
            ["HTTP_PORT"] = Text(httpPort),
        };
        if (redis is not null)
        {
            (environment["REDIS_ENVIRONMENT_PREFIX"], environment["REDIS_HOST"], environment["REDIS_PORT"]) = ("bench", redis.Host, Text(redis.Port));
        }

        var process = await ChildProcess.StartAsync(new ChildProcessSpec("taskset", "-c", core, executable) { Environment = environment });
        var sidecar = new MeasuredSidecar(redis, edge, process, port);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}") };
        await Eventually.HoldsAsync(() => IsReadyAsync(http), "the Sidecar is ready");
        return sidecar;
    }

    /// <summary>Fills the cache, warms up for three seconds, and measures.</summary>
    public async Task<Figures> MeasureAsync(TimeSpan duration)
    {
        var idle = Megabytes("VmRSS");
        for (var i = 0; i < Customers; i++)
        {
            await _clients[0].ReloadEntitlementsAsync(new ReloadEntitlementsRequest { CustomerId = $"customer-{i}" });
        }

        await RunAsync(TimeSpan.FromSeconds(3));
        var latencies = await RunAsync(duration);
        latencies.Sort();
        return new Figures(
            latencies.Count / duration.TotalSeconds, At(latencies, 0.5), At(latencies, 0.95), At(latencies, 0.99), idle, Megabytes("VmHWM"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }

        await _process.DisposeAsync();
        await _edge.DisposeAsync();
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static double At(List<double> sorted, double share) => sorted.Count == 0 ? 0 : sorted[(int)(share * (sorted.Count - 1))];

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            return (await http.GetAsync(new Uri("/readyz", UriKind.Relative))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static JsonNode Feature(int number) => JsonNode.Parse($$$"""
        {"__typename":"FeatureEntitlement","isGranted":true,"usageLimit":1000,"hasUnlimitedUsage":false,"hasSoftLimit":false,"currentUsage":4,
        "entitlementUpdatedAt":"2026-05-01T00:00:00.000Z","usageUpdatedAt":"2026-05-01T00:00:00.000Z","usagePeriodAnchor":"2026-05-01T00:00:00.000Z","resetPeriod":"MONTH",
        "feature":{"featureType":"NUMBER","meterType":"Incremental","featureUnits":"seat","featureUnitsPlural":"seats","displayName":"Feature {{{number}}}","refId":"feature-{{{number}}}"}}
        """)!;

    private async Task<List<double>> RunAsync(TimeSpan duration)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var (latencies, client) = (new List<double>(), _clients[caller % Channels]);
            for (var i = caller; time.GetElapsedTime(began) < duration; i += Callers)
            {
                var sent = time.GetTimestamp();
                var answer = await client.GetMeteredEntitlementAsync(new GetMeteredEntitlementRequest { CustomerId = $"customer-{i % Customers}", FeatureId = $"feature-{i % 10}" });
                if (answer.IsFallback || !answer.HasAccess)
                {
                    throw new InvalidOperationException("A wrong answer: the cache is not what was filled in.");
                }

                latencies.Add(time.GetElapsedTime(sent).TotalMilliseconds);
            }

            return latencies;
        })));
        return [.. all.SelectMany(static one => one)];
    }

    private double Megabytes(string member)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(member, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
