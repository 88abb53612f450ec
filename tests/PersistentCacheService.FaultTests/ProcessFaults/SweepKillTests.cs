using System.Globalization;
using System.Net;
using PersistentCacheService.FaultTests.World;
using PersistentCacheService.IntegrationTests;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Processes;

namespace PersistentCacheService.FaultTests.ProcessFaults;

/// <summary>A sweep of many customers by several replicas, whose owner is killed twice, against an Edge API that throttles.</summary>
[Collection(LongTestsFirst.Prefix + "sweep")]
public sealed class SweepKillTests
{
    private const int Replicas = 3;
    private const int Kills = 2;
    private const int CallsPerThrottling = 4_000;
    private const long Cached = 1_767_225_600_000; // 2026-01-01
    private const long Fetched = Cached + 1_000;
    private const long Newer = Cached + 2_000;

    [SkippableFact]
    public async Task The_owner_of_a_sweep_is_killed_twice_and_the_Edge_API_throttles()
    {
        await using var crowd = await Crowd.StartAsync(Cached, known: Fetched);
        var (redis, edge, queue, workers) = (crowd.Redis, crowd.Edge, crowd.Queue, crowd.Workers);
        ThrottleNowAndThen(edge);
        await crowd.StartWorkersAsync(Replicas, ("CACHE_SWEEP", "1"), ("CACHE_SWEEP_RATE_PER_SEC", $"{Crowd.Rate}"));
        queue.Enqueue("""{"type":"PACKAGE_PUBLISHED"}""");
        await Eventually.HoldsAsync(() => edge.Calls.Count > Replicas, "the sweep has begun");

        // The Edge API does not know of them yet.
        crowd.Send(Crowd.ThoseThatChange, Newer);
        var longestGap = TimeSpan.Zero;
        for (var kill = 1; kill <= Kills; kill++)
        {
            await CallsReachAsync(edge, kill * Crowd.Customers / (Kills + 1));
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
        Assert.True(calls.Length < Crowd.Customers * 3 / 2, $"{calls.Length} calls: the sweep started over instead of going on from its saved place.");
        Assert.Equal(Crowd.Customers, calls.Select(static call => call.CustomerId).Distinct(StringComparer.Ordinal).Count());
        Assert.True(await crowd.IsNewestAsync(Newer, Fetched), "the newest of every customer stands in Redis");
        Assert.Equal(0, await last.TerminateAsync());
        new FaultRow(
            "Process", nameof(The_owner_of_a_sweep_is_killed_twice_and_the_Edge_API_throttles), "A sweep of 20,000 customers loses its replica twice",
            "SIGKILL of the replica that does it, twice, with three of them and an Edge API that answers 429 now and then", "200",
            "log 1251 and persistent_cache_sweep_running of the replica that continues", FaultRow.Seconds(longestGap), Crowd.Changed).Write();
    }

    private static void ThrottleNowAndThen(FakeEdgeApi edge)
    {
        for (var i = 1; i <= Crowd.Customers; i++)
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
        const double Burst = (2 * Crowd.Rate / 10.0) + (Replicas * Crowd.CallsAtOnce);
        var times = calls.Select(call => TimeProvider.System.GetElapsedTime(calls[0].At, call.At).TotalSeconds).Order().ToArray();
        var lowest = double.MaxValue;
        for (var i = 0; i < times.Length; i++)
        {
            lowest = Math.Min(lowest, i - (Crowd.Rate * times[i]));
            var excess = i + 1 - (Crowd.Rate * times[i]) - lowest;
            Assert.True(excess <= Burst, string.Create(CultureInfo.InvariantCulture, $"{excess:0} calls beyond the rate before {times[i]:0.000} s; {Burst:0} are allowed."));
        }
    }
}
