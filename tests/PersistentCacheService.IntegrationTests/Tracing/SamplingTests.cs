using TestKit;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests.Tracing;

/// <summary>Which messages are traced, and that hostile headers and dead collectors hold up none.</summary>
public sealed class SamplingTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Parent = $"00-{Trace}-00f067aa0ba902b7";

    [SkippableTheory]
    [InlineData("parentbased_always_on", null, "00", 0)]
    [InlineData("parentbased_always_on", null, "01", 1)]
    [InlineData("parentbased_traceidratio", "0", "01", 1)]
    [InlineData("traceidratio", "0.0", "01", 0)]
    [InlineData("traceidratio", "0.01", "01", 0)]
    [InlineData("traceidratio", "1", "00", 1)]
    [InlineData("always_on", null, "00", 1)]
    [InlineData("always_off", null, "01", 0)]
    [InlineData("parentbased_always_off", null, "01", 1)]
    public async Task The_sampler_decides_what_a_producers_flag_means(string sampler, string? argument, string flags, int traced)
    {
        await using var world = await TracedWorld.StartAsync();
        world.Edge.Store("c", null, []);
        await world.SendAsync(StiggMessages.EntitlementsWebhook("c"), null, ("traceparent", $"{Parent}-{flags}"));
        await using var worker = await world.WorkerAsync(("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument));
        await world.DrainedAsync(worker);
        var line = await worker.WaitForEventAsync(1200);
        await AreCollectedAsync(world, worker, traced);
        Assert.Equal(0, await worker.TerminateAsync());

        Assert.Equal(traced, Processed(world).Count());
        Assert.Equal(traced > 0, world.Edge.Calls.Single(static call => call.CustomerId == "c").Headers.ContainsKey("traceparent"));
        var isOn = sampler != "always_off" && argument != "0.0";
        Assert.Equal(isOn ? Trace : null, (string?)line["trace_id"]);
        Assert.Equal(isOn ? (traced > 0 ? "01" : "00") : null, (string?)line["trace_flags"]);
        Assert.Equal(traced > 0, line["span_id"] is not null);
    }

    [SkippableTheory]
    [InlineData("0", 0, 0)]
    [InlineData("1", 400, 400)]
    [InlineData("0.25", 40, 160)] // 400 tries: the mean is 100, the deviation 8.7.
    public async Task A_ratio_of_the_messages_without_a_trace_is_traced(string ratio, int least, int most)
    {
        await using var world = await TracedWorld.StartAsync();
        world.Queue.Enqueue(Enumerable.Repeat(StiggMessages.PackagePublished(), 400));
        await using var worker = await world.WorkerAsync(("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", ratio), ("OTEL_BSP_MAX_QUEUE_SIZE", "4096"));
        await world.DrainedAsync(worker);
        await AreCollectedAsync(world, worker, least);
        Assert.Equal(0, await worker.TerminateAsync());

        Assert.InRange(Processed(world).Count(), least, most);
        Assert.InRange(worker.Log.Count(static line => (int?)line["event"] == 1200 && line["trace_id"] is not null), least, most);
    }

    [SkippableTheory]
    [InlineData("OTEL_TRACES_EXPORTER", null)]
    [InlineData("OTEL_TRACES_EXPORTER", "none")]
    [InlineData("OTEL_TRACES_EXPORTER", "zipkin")]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", null)]
    public async Task Nothing_is_traced_when_it_is_off(string variable, string? value)
    {
        await using var world = await TracedWorld.StartAsync();
        await world.SendAsync(StiggMessages.PackagePublished(), null, ("traceparent", $"{Parent}-01"));
        await using var worker = await world.WorkerAsync((variable, value));
        await world.DrainedAsync(worker);
        var line = await worker.WaitForEventAsync(1200);
        Assert.Equal(0, await worker.TerminateAsync());

        Assert.Equal("", world.Collector.SpanRequests);
        Assert.Null(line["trace_id"]);
        Assert.DoesNotContain(worker.Log, static line => (int?)line["event"] == 1730);
        Assert.Equal((variable, value) == ("OTEL_TRACES_EXPORTER", null) ? 1 : 0, worker.Log.Count(static line => (int?)line["event"] == 1732));
        Assert.Equal(value == "zipkin" ? 1 : 0, worker.Log.Count(static line => (int?)line["event"] == 1011));
    }

    [SkippableTheory]
    [InlineData("0")]
    [InlineData("-1")]
    public async Task Numbers_that_the_library_refuses_do_not_end_the_start(string number)
    {
        await using var world = await TracedWorld.StartAsync();
        world.Queue.Enqueue(StiggMessages.PackagePublished());
        await using var worker = await world.WorkerAsync(
            ("OTEL_BSP_MAX_QUEUE_SIZE", number), ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", number), ("OTEL_BSP_SCHEDULE_DELAY", number), ("OTEL_BSP_EXPORT_TIMEOUT", number));
        await world.DrainedAsync(worker);

        await worker.WaitAsync(async () => await worker.MetricAsync("""persistent_cache_spans_total{result="exported"}""") > 0, "spans are sent");
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableTheory]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "no list")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=b%2Cc")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "0")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "0")]
    [InlineData("OTEL_METRIC_EXPORT_TIMEOUT", "0")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("OTEL_RESOURCE_ATTRIBUTES", "a,b=%zz")]
    public async Task What_the_exporter_cannot_use_does_not_end_the_start(string variable, string value)
    {
        await using var world = await TracedWorld.StartAsync();
        world.Queue.Enqueue(StiggMessages.PackagePublished());
        await using var worker = await world.WorkerAsync((variable, value));
        await world.DrainedAsync(worker);

        Assert.Equal(0, await worker.TerminateAsync());
        var warnings = worker.Log.Where(static line => (int?)line["event"] == 1011).ToList();
        Assert.Equal(variable.EndsWith("_HEADERS", StringComparison.Ordinal), warnings.Count > 0);
        Assert.All(warnings, line => Assert.Contains($"{variable} is not a list of headers", (string?)line["msg"], StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Hostile_headers_begin_a_trace_of_their_own()
    {
        await using var world = await TracedWorld.StartAsync();
        (string? Header, string? Parent)[] hostile =
        [
            ("Root=1-5759e988-bd862e3fe1be46a99427279;Parent=53995c3f42cd8ad8;Sampled=1", null),
            ("Root=" + new string('9', 100_000), null),
            (null, new string('0', 55)),
            (null, "00-00000000000000000000000000000000-00f067aa0ba902b7-01"),
            (null, $"{Parent}-01-" + new string('x', 100_000)),
            (null, "\u202e" + Parent),
        ];
        foreach (var (header, parent) in hostile)
        {
            await world.SendAsync(StiggMessages.PackagePublished(), header, parent is null ? [] : [("traceparent", parent)]);
        }

        await using var worker = await world.WorkerAsync();
        await world.DrainedAsync(worker);
        await AreCollectedAsync(world, worker, hostile.Length);
        Assert.Equal(0, await worker.TerminateAsync());

        var begun = Processed(world).ToArray();
        Assert.Equal(hostile.Length, begun.Select(static span => span.TraceId).Distinct().Count());
        Assert.All(begun, static span => Assert.Equal(("", 0), (span.ParentId, span.Links.Count)));
    }

    [SkippableTheory]
    [InlineData(503)]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_collector_that_refuses_hangs_or_is_dead_holds_up_no_message(int answer)
    {
        await using var world = await TracedWorld.StartAsync();
        world.Collector.SpanAnswer = answer;
        world.Queue.Enqueue(Enumerable.Repeat(StiggMessages.PackagePublished(), 500));
        var endpoint = answer < 0 ? $"http://127.0.0.1:{FreePort.Next()}/v1/traces" : world.Collector.Url + "/v1/traces";
        await using var worker = await world.WorkerAsync(
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", endpoint), ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "500"), ("OTEL_BSP_MAX_QUEUE_SIZE", "100"), ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "50"));
        await world.DrainedAsync(worker);

        await worker.WaitAsync(async () => await worker.MetricAsync("""persistent_cache_spans_total{result="failed"}""") > 0, "lost spans are counted");
        Assert.Equal(0, await worker.MetricAsync("""persistent_cache_spans_total{result="exported"}"""));
        Assert.Contains("spans are lost", (string)(await worker.WaitForEventAsync(1731))["msg"]!, StringComparison.Ordinal);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task What_does_not_fit_into_the_queue_is_dropped_and_counted()
    {
        await using var world = await TracedWorld.StartAsync();
        world.Queue.Enqueue(Enumerable.Repeat(StiggMessages.PackagePublished(), 500));
        await using var worker = await world.WorkerAsync(("OTEL_BSP_MAX_QUEUE_SIZE", "20"), ("OTEL_BSP_SCHEDULE_DELAY", "60000"), ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "20"));
        await world.DrainedAsync(worker);
        await worker.WaitAsync(async () => await AllAsync() == 2000, "four spans of each message are exported, dropped, or wait");

        Assert.True(await worker.MetricAsync("""persistent_cache_spans_total{result="dropped"}""") > 0);
        Assert.Equal(0, await worker.TerminateAsync());

        async Task<double?> AllAsync()
        {
            var (exported, dropped) = (await worker.MetricAsync("""persistent_cache_spans_total{result="exported"}"""), await worker.MetricAsync("""persistent_cache_spans_total{result="dropped"}"""));
            return exported + dropped + ((2000 - exported - dropped) < 20 ? 2000 - exported - dropped : 0);
        }
    }

    [SkippableFact]
    public async Task The_variables_of_traces_and_the_services_name_win()
    {
        await using var world = await TracedWorld.StartAsync();
        await using var other = await OtlpReceiver.StartAsync(speaksGrpc: false);
        await world.SendAsync(StiggMessages.PackagePublished());
        await using var worker = await world.WorkerAsync(
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ("OTEL_EXPORTER_OTLP_ENDPOINT", null), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", other.Url + "/v1/traces"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"), ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-team=cache"), ("OTEL_SERVICE_NAME", "entitlements"));
        await worker.WaitAsync(() => Task.FromResult(other.Spans.Count > 0), "the spans come");

        Assert.Contains("entitlements", other.SpanResource, StringComparison.Ordinal);
        Assert.DoesNotContain("persistent-cache-service", other.SpanResource, StringComparison.Ordinal);
        Assert.Equal("cache", other.SpanHeaders["x-team"]);
        Assert.Empty(world.Collector.Names);
    }

    private static IEnumerable<CollectedSpan> Processed(TracedWorld world) => world.Collector.Spans.Where(static span => span.Name == "process q");

    // Before the stop, which gives up an export that is answered late.
    private static Task AreCollectedAsync(TracedWorld world, WorkerProcess worker, int messages) =>
        worker.WaitAsync(() => Task.FromResult(Processed(world).Count() >= messages), $"the collector has the spans of {messages} messages");
}
