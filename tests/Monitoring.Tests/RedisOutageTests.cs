using LocalSqs;
using PersistentCacheService.IntegrationTests;
using TestKit;
using TestKit.Messages;

namespace Monitoring.Tests;

/// <summary>The page of a worker that does not know everything yet.</summary>
public sealed class RedisOutageTests
{
    private static readonly string[] FiguresOfRedis =
        ["persistent_cache_hit_ratio", "persistent_cache_memory_usage_bytes", "persistent_cache_hits_total", "persistent_cache_misses_total"];

    [SkippableFact]
    public async Task Figures_of_Redis_are_absent_until_it_answers_and_two_gauges_tell_that_it_does_and_takes_writes()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await redis.KillAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue(new LocalQueueOptions("q"));
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis).With(("WAIT_TIME_IN_SECS", "1")));
        await worker.WaitAsync(async () => await worker.GetAsync("/livez") is not null, "the worker answers");

        var page = await PageAsync(worker);
        Assert.DoesNotContain(FiguresOfRedis, page.Knows);
        Assert.Contains("persistent_cache_write_errors_total 0\n", page.Text, StringComparison.Ordinal);
        Assert.Equal((0, 0), (page.Sum("persistent_cache_redis_connected"), page.Sum("persistent_cache_redis_writable")));

        await redis.RestartAsync();
        await redis.CliAsync("GET", "nothing"); // Without a look-up there is no share of those that found something.
        await worker.WaitAsync(
            async () => (await PageAsync(worker)) is var known && FiguresOfRedis.All(known.Knows) && known.Sum("persistent_cache_redis_writable") == 1, "all is known");

        await redis.CliAsync("CONFIG", "SET", "maxmemory", "1");
        queue.Enqueue(new MessageGenerator().Generate(10, prime: true).Select(static message => message.Body()));
        await worker.WaitAsync(
            async () => (await PageAsync(worker)) is var full && full.Sum("persistent_cache_redis_connected") == 1 && full.Sum("persistent_cache_redis_writable") == 0,
            "Redis is there and refuses writes");
        await redis.CliAsync("CONFIG", "SET", "maxmemory", "0");
        await worker.WaitAsync(async () => (await PageAsync(worker)).Sum("persistent_cache_redis_writable") == 1 && queue.Counts.Total == 0, "all is written");
    }

    private static async Task<MetricsPage> PageAsync(WorkerProcess worker) => MetricsPage.Parse((await worker.GetAsync("/metrics"))!.Value.Body);
}
