using System.Globalization;
using LocalSqs;
using TestKit;
using TestKit.Invariants;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests;

/// <summary>FIFO queues: order within a group.</summary>
public sealed class FifoTests
{
    [SkippableFact]
    public async Task Messages_of_a_group_are_applied_in_their_order_and_all_are_deleted()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue("cache.fifo");
        var messages = new MessageGenerator { Customers = 20 }.Generate(1000, prime: true).ToArray();
        foreach (var message in messages)
        {
            queue.EnqueueInGroup(message.Body(), message.CustomerId);
        }

        // A purge has no timestamp: only order makes it come before what follows it, and after what goes before.
        for (var customer = 0; customer < 50; customer++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"purged-{customer}");
            queue.EnqueueInGroup(Entitlements(id, 1), id);
            queue.EnqueueInGroup(StiggMessages.Purge((id, null)), id);
            queue.EnqueueInGroup(Entitlements(id + "-b", 1), id);
            queue.EnqueueInGroup(StiggMessages.Purge((id + "-b", null)), id);
            queue.EnqueueInGroup(Entitlements(id + "-b", 2), id);
        }

        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis));
        await worker.WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "the queue is empty");

        using var reader = await RedisReader.ConnectAsync(redis.Host, redis.Port);
        for (var customer = 0; customer < 50; customer++)
        {
            Assert.Null(await reader.ExecuteAsync("GET", $"production:c_purged-{customer}"));
            Assert.Equal("2", await reader.ExecuteAsync("GET", $"production:c_purged-{customer}-b#timestamp"));
        }

        await InvariantChecker.HoldsAsync(reader, messages, new CacheRules { IsForeign = static key => key.Contains("c_purged-", StringComparison.Ordinal) });
        Assert.Equal(0, queue.Figures.Redelivered);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task A_malformed_message_does_not_hold_up_its_group()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();

        // Short, because the malformed message is dead after two of them; not so short that the good one comes again when it is handled slowly.
        var queue = sqs.CreateQueue(new LocalQueueOptions("cache.fifo") { VisibilityTimeoutSeconds = 10, DeadLetterQueue = "dead.fifo", MaxReceiveCount = 2 });
        queue.EnqueueInGroup(StiggMessages.Malformed["not JSON"], "group");
        queue.EnqueueInGroup(Entitlements("customer-1", 5), "group");
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis));

        await worker.WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "the queue is empty");
        using var reader = await RedisReader.ConnectAsync(redis.Host, redis.Port);
        Assert.Equal("5", await reader.ExecuteAsync("GET", "production:c_customer-1#timestamp"));
        Assert.Equal(1, sqs.Queue("dead.fifo").Counts.Total);
    }

    [SkippableFact]
    public async Task When_a_message_of_a_group_cannot_be_applied_the_rest_of_the_group_waits_behind_it()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue("cache.fifo");
        await redis.CliAsync("SET", "production-locked", "an SDK holds it");
        queue.EnqueueInGroup(Entitlements("locked", 1), "group");
        queue.EnqueueInGroup(StiggMessages.Purge(("other", null)), "group");
        queue.EnqueueInGroup(Entitlements("unconcerned", 1), "another group");
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis).With(("CACHE_LOCK_RETRY_COUNT", "2")));

        await worker.WaitAsync(async () => await worker.GetAsync("/metrics") is not null && await worker.MetricAsync(Returned("group_order")) >= 1, "the second message is given back");
        await worker.WaitForEventAsync(1205);
        await worker.WaitAsync(() => Task.FromResult(queue.Counts.Total == 2), "the other group's message is deleted, and neither of this one's");
        await redis.CliAsync("DEL", "production-locked");

        await worker.WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "both are processed");
        Assert.True(await worker.MetricAsync(Returned("customer_locked")) >= 1);
        Assert.Equal("1", await redis.CliAsync("GET", "production:c_locked#timestamp"));
    }

    private static string Returned(string reason) => $"persistent_cache_visibility_returns_total{{reason=\"{reason}\"}}";

    private static string Entitlements(string customerId, long time) => new EntitlementsMessage
    {
        CustomerId = customerId,
        Time = time,
        Entitlements = [new FeatureEntitlement(new Feature("feature-1", "Feature 1", "BOOLEAN", null, null, null), null, null, null, null)],
    }.Body();
}
