using System.Globalization;
using TestKit;
using TestKit.Processes;
using TestKit.Proxies;

namespace PersistentCacheService.IntegrationTests;

/// <summary>Everything that the worker calls has one name with two addresses, and the first is dead.</summary>
public sealed class DeadFirstAddressTests : IAsyncLifetime
{
    private const string Name = "dual.test.internal";

    private readonly OutboundWorld _world = new();

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [SkippableFact]
    public async Task Redis_SQS_STS_Edge_API_Sentry_and_OTLP_are_reached_by_the_second()
    {
        Prerequisite.RedisServer.Demand();
        await DemandHostsFileAsync();
        await using var redis = await RedisServer.StartAsync();
        await using var collector = await OtlpReceiver.StartAsync(speaksGrpc: false);
        await using var toRedis = DeadFirstAddress.Of(redis.Port);
        await using var toSqs = DeadFirstAddress.Of(_world.Sqs.ServiceUrl);
        await using var toSts = DeadFirstAddress.Of(_world.Sts.Url);
        await using var toEdge = DeadFirstAddress.Of(_world.Edge.Url);
        await using var toSentry = DeadFirstAddress.Of($"http://{_world.Sentry.Authority}");
        await using var toCollector = DeadFirstAddress.Of(collector.Url);
        var hosts = Path.Combine(redis.DataDirectory, "hosts");
        await File.WriteAllTextAsync(hosts, DeadFirstAddress.Hosts(Name));
        var environment = (await _world.EnvironmentAsync(redis, Url(toSqs), Url(toSts), Url(toEdge), Url(toSentry))).With(
            ("REDIS_HOST", Name), ("REDIS_PORT", toRedis.Port.ToString(CultureInfo.InvariantCulture)),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", Url(toCollector)), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_METRIC_EXPORT_INTERVAL", "200"));

        _world.RefuseRole();
        await using var worker = await WorkerProcess.StartAsync(environment, hosts);
        await _world.WorksAsync(worker);
        await worker.WaitAsync(() => Task.FromResult(collector.Names.Count > 0), "the collector has metrics");
    }

    private static string Url(DeadFirstAddress address) => $"http://{Name}:{address.Port}";

    // Some machines let nobody make a namespace.
    private static async Task DemandHostsFileAsync()
    {
        Prerequisite.Program("unshare", "apt-get install util-linux").Demand();
        await using var trial = await ChildProcess.StartAsync(new ChildProcessSpec("unshare", "--map-root-user", "--mount", "true"));
        var exitCode = await trial.WaitForExitAsync(TimeSpan.FromSeconds(60));
        Skip.If(exitCode != 0, "This machine allows no namespaces, and so no hosts file of its own.");
    }
}
