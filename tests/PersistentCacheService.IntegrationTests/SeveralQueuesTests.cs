using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using LocalSqs;
using LocalSqs.Faults;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests;

/// <summary>Several queues in one worker: what goes wrong with the second does not hold up the first.</summary>
public sealed class SeveralQueuesTests : IAsyncLifetime
{
    private const int Flood = 60_000;
    private const int Important = 500;

    private RedisServer? _redis;
    private LocalSqsServer? _first;
    private LocalSqsServer? _second;

    public async Task InitializeAsync()
    {
        if (Prerequisite.RedisServer.IsPresent)
        {
            (_redis, _first, _second) = (await RedisServer.StartAsync(), await LocalSqsServer.StartAsync(), await LocalSqsServer.StartAsync());
            _first.CreateQueue("important");
            _second.CreateQueue("bulk");
        }
    }

    public async Task DisposeAsync()
    {
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
            await _first!.DisposeAsync();
            await _second!.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task A_flooded_second_queue_does_not_hold_up_the_first()
    {
        var (important, bulk) = Queues();
        bulk.Enqueue(new MessageGenerator { Customers = 500 }.Generate(Flood, prime: true).Select(static message => message.Body()));
        await using var worker = await WorkerProcess.StartAsync(Environment());
        await worker.WaitAsync(() => Task.FromResult(bulk.Counts.Total < Flood - 500), "the flood is being worked off");

        for (var i = 0; i < Important; i++)
        {
            important.Enqueue(StiggMessages.Purge((string.Create(CultureInfo.InvariantCulture, $"customer-{i}"), null)));
        }

        await worker.WaitAsync(() => Task.FromResult(important.Counts.Total == 0), "the first queue is empty");
        var (left, lag) = (bulk.Counts.Total, await worker.MetricAsync("""persistent_cache_queue_lag_seconds{queue="important"}"""));

        // That some of the flood is left shows that the first queue did not wait for it; a limit of the lag would show how fast the machine is.
        Assert.True(left > 0, "the flood is over too soon to tell anything");
        Assert.True(lag >= 0);
        Assert.True(await worker.MetricAsync("""persistent_cache_queue_lag_seconds{queue="bulk"}""") > 0);
        Assert.Equal(Important, await worker.MetricAsync("""persistent_cache_queue_received_messages_total{queue="important"}"""));
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableTheory]
    [InlineData(SqsFaultKind.Hang)]
    [InlineData(SqsFaultKind.AccessDenied)]
    [InlineData(SqsFaultKind.InternalError)]
    public async Task A_second_queue_that_hangs_or_fails_does_not_hold_up_the_first_and_is_named(SqsFaultKind kind)
    {
        var (important, bulk) = Queues();
        _second!.Faults.Inject(kind);
        bulk.Enqueue(StiggMessages.PackagePublished());
        await using var worker = await WorkerProcess.StartAsync(Environment());
        await worker.WaitUntilReadyAsync();

        important.Enqueue(Enumerable.Range(0, Important).Select(static i => StiggMessages.Purge(($"customer-{i}", null))));
        await worker.WaitAsync(() => Task.FromResult(important.Counts.Total == 0), "the first queue is empty");
        await worker.WaitAsync(
            async () => JsonNode.Parse((await worker.GetAsync("/readyz"))!.Value.Body)!["reason"]?.GetValue<string>().StartsWith("queue bulk: ", StringComparison.Ordinal) == true,
            "readiness names the queue that fails");

        var (status, body) = (await worker.GetAsync("/readyz"))!.Value;
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"important":"CONNECTED","bulk":"DISCONNECTED"}""", JsonNode.Parse(body)!["queues"]!.ToJsonString());
        Assert.Equal((1, 0), (await worker.MetricAsync("""persistent_cache_queue_usable{queue="important"}"""), await worker.MetricAsync("""persistent_cache_queue_usable{queue="bulk"}""")));
        if (kind != SqsFaultKind.Hang)
        {
            await worker.WaitAsync(
                () => Task.FromResult(worker.Log.Any(static line => ((string?)line["operation"])?.EndsWith(" of bulk", StringComparison.Ordinal) == true)), "the log names it");
        }

        _second.Faults.Clear();
        await worker.WaitAsync(() => Task.FromResult(bulk.Counts.Total == 0), "the second queue is worked off when it can be", TimeSpan.FromMinutes(2));
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task Refreshes_of_a_flooded_second_queue_leave_calls_to_the_Edge_API_for_the_first()
    {
        var (important, bulk) = Queues();
        await using var edge = await FakeEdgeApi.StartAsync();
        edge.Answer = EdgeAnswer.Normal with { Delay = TimeSpan.FromMilliseconds(200) };
        bulk.Enqueue(Enumerable.Range(0, 3_000).Select(static i => StiggMessages.EntitlementsWebhook($"bulk-{i}")));
        await using var worker = await WorkerProcess.StartAsync(Environment().With(("EDGE_API_URL", edge.Url), ("SERVER_API_KEY", edge.ApiKey), ("EDGE_API_CONCURRENCY", "4")));
        await worker.WaitAsync(() => Task.FromResult(edge.Calls.Count(static call => call.CustomerId?.StartsWith("bulk-", StringComparison.Ordinal) == true) >= 10), "the flood is refreshed");

        important.Enqueue(Enumerable.Range(0, 20).Select(static i => StiggMessages.EntitlementsWebhook($"important-{i}")));
        await worker.WaitAsync(() => Task.FromResult(important.Counts.Total == 0), "the first queue is empty");

        Assert.True(bulk.Counts.Total > 2_000, $"{bulk.Counts.Total} of the flood are left");
        Assert.InRange(edge.MostInFlight, 1, 5); // One for the configuration at the start.
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task Check_tries_each_and_dlq_asks_which()
    {
        Queues();
        var environment = Environment().With(("REDIS_HOST", "127.0.0.1"), ("EDGE_API_URL", "http://127.0.0.1:1"));
        var good = await WorkerProcess.RunAsync(environment, "check");
        var bad = await WorkerProcess.RunAsync(environment.With(("QUEUE_URL", $"{_first!.QueueUrl("important")},{_second!.QueueUrl("absent")}")), "check");
        var dlq = await WorkerProcess.RunAsync(Environment(), "dlq", "list");
        var named = await WorkerProcess.RunAsync(Environment(), "dlq", "list", "--queue", "bulk");

        Assert.Equal((0, 78), (good.ExitCode, bad.ExitCode));
        Assert.Contains("messages of important may be deleted", good.Printed, StringComparison.Ordinal);
        Assert.Contains("messages of bulk may be deleted", good.Printed, StringComparison.Ordinal);
        Assert.Contains("absent: QueueDoesNotExist", bad.Printed, StringComparison.Ordinal);
        Assert.Contains("say --queue with one of them", dlq.Printed, StringComparison.Ordinal);
        Assert.Contains("bulk has no redrive policy", named.Printed, StringComparison.Ordinal);
    }

    private (LocalQueue Important, LocalQueue Bulk) Queues()
    {
        Prerequisite.RedisServer.Demand();
        return (_first!.Queue("important"), _second!.Queue("bulk"));
    }

    private Dictionary<string, string?> Environment() =>
        WorkerEnvironment.For($"{_first!.QueueUrl("important")}, {_second!.QueueUrl("bulk")}", _redis!).With(("WAIT_TIME_IN_SECS", "1"));
}
