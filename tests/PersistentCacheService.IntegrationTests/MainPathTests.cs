using System.Net;
using System.Text.Json.Nodes;
using LocalSqs;
using TestKit;
using TestKit.Invariants;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests;

/// <summary>One worker, one queue, one Redis: what goes in, what comes out, what a person sees.</summary>
public sealed class MainPathTests : IAsyncLifetime
{
    private RedisServer _redis = null!;
    private LocalSqsServer _sqs = null!;
    private LocalQueue _queue = null!;

    public async Task InitializeAsync()
    {
        if (!Prerequisite.RedisServer.IsPresent && !Prerequisite.IsContinuousIntegration)
        {
            return;
        }

        _redis = await RedisServer.StartAsync();
        _sqs = await LocalSqsServer.StartAsync();

        // Short, because a malformed message is dead after two of them; not so short that a good one that is handled slowly comes again.
        _queue = _sqs.CreateQueue(new LocalQueueOptions("main") { VisibilityTimeoutSeconds = 10, DeadLetterQueue = "dead", MaxReceiveCount = 2 });
    }

    public async Task DisposeAsync()
    {
        if (_redis is not null)
        {
            await _sqs.DisposeAsync();
            await _redis.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task Good_messages_are_written_and_deleted_and_a_malformed_one_goes_to_the_dead_letter_queue()
    {
        Prerequisite.RedisServer.Demand();
        var messages = new MessageGenerator { Customers = 5 }.Generate(40, prime: true).ToArray();
        await using var worker = await StartAsync();

        // Every customer first: usage of one that is not cached is skipped.
        _queue.Enqueue(messages[..5].Select(static message => message.Body()));
        await worker.WaitAsync(() => Task.FromResult(_queue.Counts.Total == 0), "every customer is cached");
        _queue.Enqueue(messages[5..].Select(static message => message.Body()));
        _queue.Enqueue(StiggMessages.Malformed["usage missing"]);

        await worker.WaitAsync(() => Task.FromResult(_queue.Counts.Total == 0 && _sqs.Queue("dead").Counts.Total == 1), "all is deleted but the malformed message, which is a dead letter");

        using var reader = await RedisReader.ConnectAsync(_redis.Host, _redis.Port);
        await InvariantChecker.HoldsAsync(reader, messages);
        Assert.Equal(StiggMessages.Malformed["usage missing"], Assert.Single(_sqs.Queue("dead").Peek()).Body);
        Assert.Equal(40, await worker.MetricAsync("persistent_cache_messages_processed_total"));
        var complaint = await worker.WaitForEventAsync(1201);
        Assert.Equal(40, (int)complaint["level"]!);
        Assert.Contains("usage", (string)complaint["reason"]!, StringComparison.Ordinal);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task A_body_without_a_type_gets_it_from_the_messages_attribute()
    {
        Prerequisite.RedisServer.Demand();
        var message = new MessageGenerator { Customers = 1 }.Generate(1, prime: true).Single();
        var body = JsonNode.Parse(message.Body())!.AsObject();
        var type = (string)body["type"]!;
        body.Remove("type");
        _queue.EnqueueWithAttribute(body.ToJsonString(), "eventType", type);
        await using var worker = await StartAsync();
        await worker.WaitAsync(() => Task.FromResult(_queue.Counts.Total == 0), "the message is deleted");

        using var reader = await RedisReader.ConnectAsync(_redis.Host, _redis.Port);
        await InvariantChecker.HoldsAsync(reader, [message]);
        Assert.Equal(0, _sqs.Queue("dead").Counts.Total);
    }

    [SkippableFact]
    public async Task Readyz_livez_and_metrics_answer_in_the_documented_form()
    {
        Prerequisite.RedisServer.Demand();
        await using var worker = await StartAsync();
        await worker.WaitUntilReadyAsync();

        var ready = await worker.GetAsync("/readyz");
        Assert.StartsWith("""{"status":"UP","consumers":10,"redis":"CONNECTED",""", ready!.Value.Body, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, """{"status":"UP"}"""), await worker.GetAsync("/livez"));

        await worker.WaitAsync(async () => await worker.MetricAsync("persistent_cache_memory_usage_bytes") is > 0, "Redis's figures are read");
        var page = (await worker.GetAsync("/metrics"))!.Value.Body;
        foreach (var type in DocumentedMetrics)
        {
            Assert.Contains($"# TYPE {type}\n", page, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task A_log_line_is_a_pino_line_with_the_configured_keys_and_no_secret_is_in_any()
    {
        Prerequisite.RedisServer.Demand();
        _queue.Enqueue(StiggMessages.PackagePublished());
        await using var worker = await StartAsync(("LOG_LEVEL", "debug"), ("LOG_MESSAGE_KEY", "message"), ("ENVIRONMENT_PREFIX", null), ("REDIS_ENVIRONMENT_PREFIX", "staging"));
        var handled = await worker.WaitForEventAsync(1200);

        Assert.Equal(20, (int)handled["level"]!);
        Assert.Equal(worker.Id, (int)handled["pid"]!);
        Assert.True((long)handled["time"]! > 1_700_000_000_000);
        Assert.False(string.IsNullOrEmpty((string?)handled["hostname"]));
        Assert.Contains("Ignored", (string)handled["message"]!, StringComparison.Ordinal);
        Assert.Equal("staging", (string?)(await worker.WaitForEventAsync(1002))["prefix"]);
        Assert.DoesNotContain(WorkerEnvironment.ApiKey, worker.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-access-key", worker.Printed, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("error", 50)]
    [InlineData("warn", 40)]
    [InlineData("info", 30)]
    [InlineData("debug", 20)]
    public async Task The_log_level_decides_what_is_printed(string level, int least)
    {
        Prerequisite.RedisServer.Demand();
        _queue.Enqueue(StiggMessages.PackagePublished(), StiggMessages.Malformed["not JSON"]);
        await using var worker = await StartAsync(("LOG_LEVEL", level));
        await worker.WaitAsync(async () => await worker.GetAsync("/metrics") is not null && await worker.MetricAsync("""persistent_cache_messages_total{outcome="malformed",type="none"}""") > 0, "the malformed message is counted");
        Assert.Equal(0, await worker.TerminateAsync());

        var levels = worker.Log.Select(static line => (int)line["level"]!).ToHashSet();
        Assert.True(levels.All(printed => printed >= least), $"Printed at {level}: {string.Join(", ", levels)}");
        Assert.Equal(least <= 40, levels.Contains(40));
        Assert.Equal(least <= 30, levels.Contains(30));
        Assert.Equal(least <= 20, levels.Contains(20));
    }

    [SkippableFact]
    public async Task A_message_type_nobody_knows_is_acknowledged_with_one_warning_a_minute()
    {
        Prerequisite.RedisServer.Demand();
        _queue.Enqueue(Enumerable.Repeat("""{"type":"moonPhaseChanged","phase":"full"}""", 20));
        await using var worker = await StartAsync();

        await worker.WaitAsync(() => Task.FromResult(_queue.Counts.Total == 0), "all are deleted");
        Assert.Equal(0, await worker.TerminateAsync());
        Assert.Single(worker.Log, static line => (int?)line["event"] == 1202);
    }

    private static readonly string[] DocumentedMetrics =
    [
        "persistent_cache_write_duration_seconds histogram",
        "persistent_cache_write_errors_total counter",
        "persistent_cache_memory_usage_bytes gauge",
        "persistent_cache_hits_total gauge",
        "persistent_cache_misses_total gauge",
        "persistent_cache_message_handling_duration_seconds histogram",
        "persistent_cache_messages_processed_total counter",
    ];

    private Task<WorkerProcess> StartAsync(params ReadOnlySpan<(string Name, string? Value)> values) =>
        WorkerProcess.StartAsync(WorkerEnvironment.For(_queue.Url, _redis).With(values));
}
