using System.Net;
using LocalSqs;
using TestKit;
using TestKit.Invariants;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests;

/// <summary>Redis is away, or refuses writes, for longer than messages may stay hidden.</summary>
[Collection(LongTestsFirst.Prefix + "outage")]
public sealed class OutageTests : IAsyncLifetime
{
    private static readonly TimeSpan VisibilityTimeout = TimeSpan.FromSeconds(2);

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
        _queue = _sqs.CreateQueue(new LocalQueueOptions("q") { VisibilityTimeoutSeconds = (int)VisibilityTimeout.TotalSeconds, DeadLetterQueue = "dead", MaxReceiveCount = 4 });
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
    public async Task Redis_is_killed_during_a_drain_for_five_visibility_timeouts_and_no_message_nears_the_dead_letter_queue()
    {
        Prerequisite.RedisServer.Demand();
        await SurvivesAsync(_redis.KillAsync, _redis.RestartAsync, redisLostData: true);
    }

    [SkippableFact]
    public async Task Redis_is_out_of_memory_during_a_drain_for_five_visibility_timeouts_and_no_message_nears_the_dead_letter_queue()
    {
        Prerequisite.RedisServer.Demand();
        await SurvivesAsync(
            () => _redis.CliAsync("CONFIG", "SET", "maxmemory", "1"),
            () => _redis.CliAsync("CONFIG", "SET", "maxmemory", "0"),
            redisLostData: false);
    }

    [SkippableFact]
    public async Task Redis_refuses_the_keys_of_one_customer_and_only_its_messages_come_back_later()
    {
        Prerequisite.RedisServer.Demand();
        await _redis.CliAsync("ACL", "SETUSER", "worker", "on", ">pass-5c", "+@all", "~production:c_customer-*", "~production:c_#timestamp", "~production-*");
        var good = new MessageGenerator { Customers = 20 }.Generate(20, prime: true).ToArray();
        var refused = good[0].Body().Replace(good[0].CustomerId, "forbidden", StringComparison.Ordinal);
        _queue.Enqueue([refused, .. good.Select(static message => message.Body())]);
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(_queue.Url, _redis).With(("REDIS_USERNAME", "worker"), ("REDIS_PASSWORD", "pass-5c")));

        var line = await worker.WaitForEventAsync(1206);
        Assert.Equal("NoPermission", (string?)line["kind"]);
        await worker.WaitAsync(() => Task.FromResult(_queue.Counts.Total == 1), "only the refused message is left");
        await worker.WaitUntilReadyAsync();
        Assert.Equal(refused, Assert.Single(_queue.Peek()).Body);
        using var reader = await RedisReader.ConnectAsync(_redis.Host, _redis.Port);
        await InvariantChecker.HoldsAsync(reader, good);
        Assert.DoesNotContain("pass-5c", worker.Printed, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_SDK_holds_a_lock_longer_than_the_visibility_timeout_and_the_message_comes_back_when_it_is_gone()
    {
        Prerequisite.RedisServer.Demand();
        var locked = new MessageGenerator { Customers = 1 }.Generate(1, prime: true).Single();
        await _redis.CliAsync("SET", $"production-{locked.CustomerId}", "0123456789abcdef0123456789abcdef");
        var queue = _sqs.CreateQueue(new LocalQueueOptions("locked") { VisibilityTimeoutSeconds = 14, DeadLetterQueue = "locked-dead", MaxReceiveCount = 4 });
        queue.Enqueue(locked.Body());
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, _redis));

        // The attempts would take 23 s: they end in time for the handle to be used.
        var line = await worker.WaitForEventAsync(1205);
        Assert.InRange((int)line["attempts"]!, 2, 239);
        await worker.WaitAsync(
            async () => await worker.MetricAsync("""persistent_cache_visibility_returns_total{reason="customer_locked"}""") == 1, "the message is given back");
        await _redis.CliAsync("DEL", $"production-{locked.CustomerId}");
        await worker.WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "the message is applied", TimeSpan.FromSeconds(60));

        // Once more only where the machine stood still for the 3 s that a message in hand is given back before its handle expires.
        Assert.Equal(0, _sqs.Queue("locked-dead").Counts.Total);
        Assert.InRange(queue.Figures.Redelivered, 1, 2);
        using var reader = await RedisReader.ConnectAsync(_redis.Host, _redis.Port);
        await InvariantChecker.HoldsAsync(reader, [locked]);
    }

    private async Task SurvivesAsync(Func<Task> begin, Func<Task> end, bool redisLostData)
    {
        var messages = new MessageGenerator { Customers = 100 }.Generate(20_000, prime: true).ToArray();
        _queue.Enqueue(messages.Take(100).Select(static message => message.Body()));
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(_queue.Url, _redis).With(("WAIT_TIME_IN_SECS", "2")));
        await worker.WaitAsync(() => Task.FromResult(_queue.Counts.Total == 0), "every customer is cached");
        _queue.Enqueue(messages.Skip(100).Select(static message => message.Body()));
        await worker.WaitAsync(() => Task.FromResult(_queue.Counts.Total < 17_000), "the drain is on its way");

        await begin();
        await worker.WaitAsync(async () => await worker.GetAsync("/readyz") is (HttpStatusCode.ServiceUnavailable, _), "/readyz tells of the outage");
        await worker.WaitForEventAsync(1300);
        await LastsAsync(VisibilityTimeout * 5);
        Assert.Equal((HttpStatusCode.OK, """{"status":"UP"}"""), await worker.GetAsync("/livez"));
        Assert.True(_queue.Peek().Max(static message => message.ReceiveCount) <= 2, "A message was received more than twice.");
        await end();

        await worker.WaitForEventAsync(1301);
        await worker.WaitAsync(() => Task.FromResult(_queue.Counts.Total == 0), "the queue is empty", TimeSpan.FromSeconds(60));
        Assert.Equal(0, _sqs.Queue("dead").Counts.Total);
        using var reader = await RedisReader.ConnectAsync(_redis.Host, _redis.Port);
        await InvariantChecker.HoldsAsync(reader, messages, new CacheRules { RedisLostData = redisLostData });
        Assert.Equal(0, await worker.TerminateAsync());
    }

    /// <summary>The outage itself: time is what this test is about, there is no state to wait for.</summary>
    private static Task LastsAsync(TimeSpan duration) => Task.Delay(duration, TimeProvider.System, CancellationToken.None);
}
