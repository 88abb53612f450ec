using LocalSqs;
using PersistentCacheService.Observability;
using TestKit;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests;

/// <summary>The same instruments by OpenTelemetry's own way.</summary>
public sealed class MetricsPushTests
{
    // Histograms are pushed once they have recorded something, the rest from the start or as soon as it is known.
    private static readonly string[] Pushed =
    [
        "persistent_cache_messages_total", "persistent_cache_messages_processed_total", "persistent_cache_message_handling_duration_seconds",
        "persistent_cache_receive_calls_total", "persistent_cache_redis_connected", "persistent_cache_redis_command_duration_seconds",
        "persistent_cache_in_flight_limit", "persistent_cache_build_info", "persistent_cache_memory_usage_bytes", "dotnet_gc_heap_size_bytes",
    ];

    [SkippableTheory]
    [InlineData("http/protobuf", false)]
    [InlineData("grpc", true)]
    [InlineData(null, true)] // The exporter's default.
    public async Task A_collector_receives_what_the_metrics_page_shows(string? protocol, bool isGrpc)
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        await using var collector = await OtlpReceiver.StartAsync(isGrpc);
        var queue = sqs.CreateQueue(new LocalQueueOptions("q"));
        queue.Enqueue(StiggMessages.PackagePublished());
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis).With(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol), ("OTEL_METRIC_EXPORT_INTERVAL", "200")));
        await worker.WaitAsync(
            () => Task.FromResult(Pushed.All(collector.Names.Contains)), "the collector has counts, distributions and states, those of Redis too");

        var page = (await worker.GetAsync("/metrics"))!.Value.Body;
        Assert.All(collector.Names, name => Assert.Contains($"# TYPE {name} ", page, StringComparison.Ordinal));
        var catalogue = Instruments.All.ToDictionary(static instrument => instrument.Name, static instrument => instrument.Unit, StringComparer.Ordinal);
        Assert.All(collector.Units, metric => Assert.Equal(catalogue[metric.Key], metric.Value));
        Assert.Contains("persistent-cache-service", collector.Resource, StringComparison.Ordinal);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task A_dead_collector_changes_nothing()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue(new LocalQueueOptions("q"));
        queue.Enqueue(Enumerable.Repeat(StiggMessages.PackagePublished(), 100));
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis).With(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://127.0.0.1:{FreePort.Next()}"), ("OTEL_METRIC_EXPORT_INTERVAL", "100")));

        await worker.WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "all messages are deleted");
        Assert.Equal(0, await worker.TerminateAsync());
    }
}
