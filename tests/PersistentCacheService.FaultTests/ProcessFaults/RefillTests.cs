using System.Globalization;
using LocalSqs;
using PersistentCacheService.FaultTests.World;
using PersistentCacheService.IntegrationTests;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Invariants;
using TestKit.Messages;

namespace PersistentCacheService.FaultTests.ProcessFaults;

/// <summary>FLUSHALL under load: two replicas notice it and refill 20,000 customers, while messages go on.</summary>
[Collection(LongTestsFirst.Prefix + "refill")]
public sealed class RefillTests
{
    private const int Customers = 20_000;
    private const int Replicas = 2;
    private const int Rate = 1_000;
    private const int CallsAtOnce = 16;
    private const string Prefix = "production:";
    private const long Fetched = 1_767_225_600_000; // 2026-01-01
    private const long Newer = Fetched + 1_000;

    // Customers that change while the refill runs, in so many portions.
    private const int Changed = 500;
    private const int Portions = 20;

    // The worker promises it.
    private static readonly TimeSpan NoticedWithin = TimeSpan.FromSeconds(10);

    [SkippableFact]
    public Task Redis_is_flushed_under_load_and_refilled_with_UPSERT() =>
        FlushAndRefillAsync("UPSERT", nameof(Redis_is_flushed_under_load_and_refilled_with_UPSERT));

    [SkippableFact]
    public Task Redis_is_flushed_under_load_and_refilled_with_UPDATE_IF_EXISTS() =>
        FlushAndRefillAsync("UPDATE_IF_EXISTS", nameof(Redis_is_flushed_under_load_and_refilled_with_UPDATE_IF_EXISTS));

    private static async Task FlushAndRefillAsync(string policy, string test)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var edge = await FakeEdgeApi.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue("main");
        await CacheAsync(redis, edge);
        var environment = WorkerEnvironment.For(queue.Url, redis).With(
            ("SERVER_API_KEY", edge.ApiKey), ("EDGE_API_URL", edge.Url), ("EDGE_API_CONCURRENCY", $"{CallsAtOnce}"),
            ("CACHE_UPDATE_POLICY", policy), ("CACHE_REFILL", "1"), ("CACHE_REFILL_RATE_PER_SEC", $"{Rate}"));
        var workers = await Task.WhenAll(Enumerable.Range(0, Replicas).Select(_ => WorkerProcess.StartAsync(environment)));
        try
        {
            queue.Enqueue(Enumerable.Range(0, Customers).Select(static i => State(i, Fetched).Body()));
            await workers[0].WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "all customers are seen", TimeSpan.FromMinutes(2));
            await workers[0].WaitAsync(async () => (await redis.CliAsync("GET", "production!epoch")).Length > 0, "the marker stands");
            queue.Enqueue(Enumerable.Range(0, Customers).Select(static i => State(i, Fetched).Body()));
            await workers[0].WaitAsync(() => Task.FromResult(queue.Counts.Total < Customers - 1_000), "messages flow");

            await redis.CliAsync("FLUSHALL");
            var flushed = TimeProvider.System.GetTimestamp();
            await AllAsync(workers, static worker => worker.WaitForEventAsync(1270, TimeSpan.FromMinutes(1)));
            var noticed = TimeProvider.System.GetElapsedTime(flushed);
            await ChangeMeanwhileAsync(queue, edge, isKnownToEdge: policy == "UPDATE_IF_EXISTS");
            await AllAsync(workers, static worker => worker.WaitForEventAsync(1274, TimeSpan.FromMinutes(3)));
            var warm = TimeProvider.System.GetElapsedTime(flushed);
            await workers[0].WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "all messages are deleted", TimeSpan.FromMinutes(1));
            await workers[0].WaitAsync(async () => await NewestStandsAsync(redis), "the newest of every customer stands in Redis", TimeSpan.FromMinutes(1));

            var calls = edge.Calls.Count(static call => call.CustomerId is not null);
            var missed = 0.0;
            foreach (var worker in workers)
            {
                Assert.Contains(" 0 could not be fetched", (string)(await worker.WaitForEventAsync(1274))["msg"]!, StringComparison.Ordinal);
                missed += (await worker.MetricAsync("""persistent_cache_warm_missed_changes_total{result="written"}"""))!.Value + (await worker.MetricAsync("""persistent_cache_warm_missed_changes_total{result="skipped_older"}"""))!.Value;
            }

            // Two replicas saw some customers both: their claims let one fetch.
            Assert.InRange(calls, Customers, Customers + missed);
            Assert.InRange(missed, 0, policy == "UPSERT" ? 0 : Customers / 2);
            Assert.InRange(edge.MostInFlight, 1, Replicas * CallsAtOnce);
            Assert.InRange(noticed, TimeSpan.Zero, NoticedWithin);
            await AllAsync(workers, static async worker => Assert.Equal(0, await worker.TerminateAsync()));
            new FaultRow(
                "Redis", test, $"Redis is flushed under load and refilled (`{policy}`)",
                "FLUSHALL with 20,000 cached customers, two replicas with `CACHE_REFILL=1` at 1,000 calls a second, messages go on", "200",
                $"log 1270 after {FaultRow.Seconds(noticed)}, 1274; {calls} Edge API calls", FaultRow.Seconds(warm), Changed).Write();
        }
        finally
        {
            await AllAsync(workers, static async worker => await worker.DisposeAsync());
        }
    }

    private static EntitlementsMessage State(int customer, long time) => new()
    {
        CustomerId = string.Create(CultureInfo.InvariantCulture, $"customer-{customer}"),
        Time = time,
        Entitlements = [new FeatureEntitlement(new Feature($"of-{time}", "F", "BOOLEAN"))],
    };

    private static Task AllAsync(WorkerProcess[] workers, Func<WorkerProcess, Task> act) => Task.WhenAll(workers.Select(act));

    /// <summary>Under UPDATE_IF_EXISTS a reader has cached the customers before the first event; the events are of the same time and write them again.</summary>
    private static async Task CacheAsync(RedisServer redis, FakeEdgeApi edge)
    {
        using var reader = await RedisReader.ConnectAsync(redis.Host, redis.Port);
        var writes = new List<string[]>(Customers * 4);
        for (var i = 0; i < Customers; i++)
        {
            var state = State(i, Fetched);
            foreach (var write in state.Writes())
            {
                writes.Add(["SET", Prefix + write.Key, write.Value().ToJsonString()]);
                writes.Add(["SET", $"{Prefix}{write.Key}#timestamp", $"{Fetched}"]);
            }

            edge.Store(state.CustomerId, null, StiggMessages.EdgeEntitlements(state));
        }

        await reader.ExecuteAllAsync(writes);
    }

    /// <summary>Changes customers all along the refill. Without knowledge of it the Edge API answers with the older state, which must not win.</summary>
    private static async Task ChangeMeanwhileAsync(LocalQueue queue, FakeEdgeApi edge, bool isKnownToEdge)
    {
        for (var portion = 0; portion < Portions; portion++)
        {
            var changed = Enumerable.Range(0, Changed).Where(i => i % Portions == portion).Select(static i => State(i * (Customers / Changed), Newer)).ToArray();
            foreach (var state in changed.Where(_ => isKnownToEdge))
            {
                edge.Store(state.CustomerId, null, StiggMessages.EdgeEntitlements(state));
            }

            queue.Enqueue(changed.Select(static state => state.Body()));
            var calls = (portion + 1) * (Customers / 2 / Portions);
            await Eventually.HoldsAsync(() => edge.Calls.Count >= calls, $"{calls} calls are made", TimeSpan.FromMinutes(1));
        }
    }

    private static async Task<bool> NewestStandsAsync(RedisServer redis)
    {
        using var reader = await RedisReader.ConnectAsync(redis.Host, redis.Port);
        var all = await reader.ReadAllAsync();
        return Enumerable.Range(0, Customers).All(i =>
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{Prefix}c_customer-{i}");
            var time = i % (Customers / Changed) == 0 ? Newer : Fetched;
            return all.GetValueOrDefault($"{key}#timestamp")?.Value == $"{time}" && all[key].Value!.Contains($"\"of-{time}\"", StringComparison.Ordinal);
        });
    }
}
