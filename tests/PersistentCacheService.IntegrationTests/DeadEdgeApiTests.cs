using LocalSqs;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Invariants;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests;

/// <summary>An Edge API that does not answer for long. Messages that need it are put off for up to a minute, and the test waits for them.</summary>
[Collection(LongTestsFirst.Prefix + "dead Edge API")]
public sealed class DeadEdgeApiTests
{
    private static readonly TimeSpan VisibilityTimeout = TimeSpan.FromSeconds(4);

    [SkippableFact]
    public async Task The_edge_api_is_dead_for_five_visibility_timeouts_other_messages_flow_and_refreshes_arrive_afterwards()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        await using var edge = await FakeEdgeApi.StartAsync();
        var queue = sqs.CreateQueue(new LocalQueueOptions("q") { VisibilityTimeoutSeconds = (int)VisibilityTimeout.TotalSeconds, DeadLetterQueue = "dead", MaxReceiveCount = 8 });
        const int Customers = 50;
        for (var i = 0; i < Customers; i++)
        {
            edge.Store($"r{i}", null, StiggMessages.EdgeEntitlements(State($"r{i}")));
        }

        // The worst way to be dead: every call takes its whole deadline.
        edge.Answer = EdgeAnswer.Hang;
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis).With(
            ("EDGE_API_URL", edge.Url), ("SERVER_API_KEY", edge.ApiKey), ("EDGE_API_TIMEOUT_IN_MS", "1000"), ("EDGE_API_CONCURRENCY", "4"), ("WAIT_TIME_IN_SECS", "1")));
        queue.Enqueue(Enumerable.Range(0, Customers).Select(static i => StiggMessages.EntitlementsWebhook($"r{i}")));
        await worker.WaitForEventAsync(1402);

        var others = new MessageGenerator { Customers = 100 }.Generate(10_000, prime: true).ToArray();
        queue.Enqueue(others.Select(static message => message.Body()));
        await worker.WaitAsync(() => Task.FromResult(queue.Counts.Total == Customers), "all other messages are applied during the outage", TimeSpan.FromSeconds(30));
        Assert.Contains("\"edgeApi\":\"UNAVAILABLE\"", (await worker.GetAsync("/readyz"))!.Value.Body, StringComparison.Ordinal);
        await Task.Delay(VisibilityTimeout * 5, TimeProvider.System, CancellationToken.None); // The outage itself is what this is about.
        Assert.Equal(Customers, queue.Counts.Total);
        Assert.True(queue.Peek().Max(static message => message.ReceiveCount) <= 3, "A message was received more than three times.");
        edge.Answer = EdgeAnswer.Normal;

        await worker.WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "all messages are deleted", TimeSpan.FromSeconds(120));
        await worker.WaitForEventAsync(1403);
        Assert.Equal(0, sqs.Queue("dead").Counts.Total);
        using var reader = await RedisReader.ConnectAsync(redis.Host, redis.Port);
        await InvariantChecker.HoldsAsync(reader, others, new CacheRules { IsForeign = static key => key.StartsWith("production:c_r", StringComparison.Ordinal) });
        Assert.Equal(Customers, (await reader.ReadAllAsync()).Keys.Count(static key => key.StartsWith("production:c_r", StringComparison.Ordinal) && key.EndsWith(":metadata", StringComparison.Ordinal)));
        Assert.Equal(0, await worker.TerminateAsync());
    }

    private static EntitlementsMessage State(string customer) => new()
    {
        CustomerId = customer,
        Time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
        Entitlements = [new FeatureEntitlement(new Feature("seats", "Seats", "NUMBER", "Fluctuating", ("seat", "seats")), UsageLimit: 25, CurrentUsage: 7)],
    };
}
