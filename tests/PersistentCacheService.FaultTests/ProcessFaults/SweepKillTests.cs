using System.Globalization;
using System.Net;
using LocalSqs;
using PersistentCacheService.FaultTests.World;
using PersistentCacheService.IntegrationTests;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Invariants;
using TestKit.Messages;
using TestKit.Processes;

namespace PersistentCacheService.FaultTests.ProcessFaults;

/// <summary>A sweep of many customers by several replicas, whose owner is killed twice, against an Edge API that throttles.</summary>
[Collection(LongTestsFirst.Prefix + "sweep")]
public sealed class SweepKillTests
{
    private const int Customers = 20_000;
    private const int Replicas = 3;
    private const int Rate = 1_000;
    private const int CallsAtOnce = 16;
    private const int Kills = 2;
    private const int CallsPerThrottling = 4_000;
    private const string Prefix = "production:";
    private const long Cached = 1_767_225_600_000; // 2026-01-01
    private const long Fetched = Cached + 1_000;
    private const long Newer = Cached + 2_000;

    // Customers that change while the sweep runs, and whose change the Edge API does not know yet.
    private const int Changed = 500;

    [SkippableFact]
    public async Task The_owner_of_a_sweep_is_killed_twice_and_the_Edge_API_throttles()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var edge = await FakeEdgeApi.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue("main");
        await CacheAsync(redis, edge);
        ThrottleNowAndThen(edge);
        var environment = WorkerEnvironment.For(queue.Url, redis).With(
            ("SERVER_API_KEY", edge.ApiKey), ("EDGE_API_URL", edge.Url), ("EDGE_API_CONCURRENCY", $"{CallsAtOnce}"),
            ("CACHE_SWEEP", "1"), ("CACHE_SWEEP_RATE_PER_SEC", $"{Rate}"));
        var workers = new List<WorkerProcess>();
        for (var i = 0; i < Replicas; i++)
        {
            workers.Add(await WorkerProcess.StartAsync(environment));
        }

        try
        {
            queue.Enqueue("""{"type":"PACKAGE_PUBLISHED"}""");
            await Eventually.HoldsAsync(() => edge.Calls.Count > Replicas, "the sweep has begun");
            queue.Enqueue(Enumerable.Range(0, Changed).Select(static i => State(i * (Customers / Changed), Newer).Body()));
            var longestGap = TimeSpan.Zero;
            for (var kill = 1; kill <= Kills; kill++)
            {
                await CallsReachAsync(edge, kill * Customers / (Kills + 1));
                var owner = await OwnerAsync(workers);
                owner.Send(Signal.Kill);
                await owner.WaitForExitAsync();
                workers.Remove(owner);
                await owner.DisposeAsync();
                var killed = TimeProvider.System.GetTimestamp();
                var next = await OwnerAsync(workers);
                var gap = TimeProvider.System.GetElapsedTime(killed);
                longestGap = gap > longestGap ? gap : longestGap;
                Assert.Equal(HttpStatusCode.OK, (await next.GetAsync("/readyz"))!.Value.Status);
            }

            var last = Assert.Single(workers);
            var ended = await last.WaitForEventAsync(1253, TimeSpan.FromMinutes(3));
            Assert.Contains(" 0 of them could not be refreshed", (string)ended["msg"]!, StringComparison.Ordinal);
            Assert.Contains(last.Log, static line => (int?)line["event"] == 1251);
            await last.WaitAsync(async () => await redis.CliAsync("KEYS", "production!sweep*") is "", "nothing is left of the sweep in Redis");
            await last.WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "all messages are deleted");

            var calls = edge.Calls.Where(static call => call.CustomerId is not null).ToArray();
            AssertPace(calls);
            Assert.True(calls.Length < Customers * 3 / 2, $"{calls.Length} calls: the sweep started over instead of going on from its saved place.");
            Assert.Equal(Customers, calls.Select(static call => call.CustomerId).Distinct(StringComparer.Ordinal).Count());
            await AssertNewestAsync(redis);
            Assert.Equal(0, await last.TerminateAsync());
            new FaultRow(
                "Process", nameof(The_owner_of_a_sweep_is_killed_twice_and_the_Edge_API_throttles), "A sweep of 20,000 customers loses its replica twice",
                "SIGKILL of the replica that does it, twice, with three of them and an Edge API that answers 429 now and then", "200",
                "log 1251 and persistent_cache_sweep_running of the replica that continues", FaultRow.Seconds(longestGap), Changed).Write();
        }
        finally
        {
            foreach (var worker in workers)
            {
                await worker.DisposeAsync();
            }
        }
    }

    private static EntitlementsMessage State(int customer, long time) => new()
    {
        CustomerId = string.Create(CultureInfo.InvariantCulture, $"customer-{customer}"),
        Time = time,
        Entitlements = [new FeatureEntitlement(new Feature($"of-{time}", "F", "BOOLEAN"))],
    };

    private static async Task CacheAsync(RedisServer redis, FakeEdgeApi edge)
    {
        using var reader = await RedisReader.ConnectAsync(redis.Host, redis.Port);
        var writes = new List<string[]>(Customers * 4);
        for (var i = 0; i < Customers; i++)
        {
            var cached = State(i, Cached);
            foreach (var write in cached.Writes())
            {
                writes.Add(["SET", Prefix + write.Key, write.Value().ToJsonString()]);
                writes.Add(["SET", $"{Prefix}{write.Key}#timestamp", $"{Cached}"]);
            }

            edge.Store(cached.CustomerId, null, StiggMessages.EdgeEntitlements(State(i, Fetched)));
        }

        await reader.ExecuteAllAsync(writes);
    }

    private static void ThrottleNowAndThen(FakeEdgeApi edge)
    {
        for (var i = 1; i <= Customers; i++)
        {
            edge.Script(i % CallsPerThrottling == 0 ? EdgeAnswer.RateLimited(1) : EdgeAnswer.Normal);
        }
    }

    private static Task CallsReachAsync(FakeEdgeApi edge, int calls) =>
        Eventually.HoldsAsync(() => edge.Calls.Count >= calls, $"{calls} calls are made", TimeSpan.FromMinutes(2));

    private static async Task<WorkerProcess> OwnerAsync(IReadOnlyList<WorkerProcess> workers)
    {
        WorkerProcess? owner = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                foreach (var worker in workers)
                {
                    owner = await worker.MetricAsync("persistent_cache_sweep_running") == 1 ? worker : owner;
                }

                return owner is not null;
            },
            "a replica does the sweep");
        return owner!;
    }

    /// <summary>In no span of time, however long, are there more calls than the rate allows, plus what may leave at once.</summary>
    private static void AssertPace(EdgeCall[] calls)
    {
        // A grant of a tenth of a second at either end, and the calls of every replica whose permits were granted before.
        const double Burst = (2 * Rate / 10.0) + (Replicas * CallsAtOnce);
        var times = calls.Select(call => TimeProvider.System.GetElapsedTime(calls[0].At, call.At).TotalSeconds).Order().ToArray();
        var lowest = double.MaxValue;
        for (var i = 0; i < times.Length; i++)
        {
            lowest = Math.Min(lowest, i - (Rate * times[i]));
            var excess = i + 1 - (Rate * times[i]) - lowest;
            Assert.True(excess <= Burst, string.Create(CultureInfo.InvariantCulture, $"{excess:0} calls beyond the rate before {times[i]:0.000} s; {Burst:0} are allowed."));
        }
    }

    private static async Task AssertNewestAsync(RedisServer redis)
    {
        using var reader = await RedisReader.ConnectAsync(redis.Host, redis.Port);
        var all = await reader.ReadAllAsync();
        for (var i = 0; i < Customers; i++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{Prefix}c_customer-{i}");
            var time = i % (Customers / Changed) == 0 ? Newer : Fetched;
            Assert.Equal($"{time}", all[$"{key}#timestamp"].Value);
            Assert.Contains($"\"of-{time}\"", all[key].Value, StringComparison.Ordinal);
        }
    }
}
