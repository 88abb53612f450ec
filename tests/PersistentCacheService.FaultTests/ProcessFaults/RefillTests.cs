using PersistentCacheService.FaultTests.World;
using PersistentCacheService.IntegrationTests;
using TestKit;

namespace PersistentCacheService.FaultTests.ProcessFaults;

/// <summary>FLUSHALL under load: two replicas notice it and refill 20,000 customers, while messages go on.</summary>
[Collection(LongTestsFirst.Prefix + "refill")]
public sealed class RefillTests
{
    private const int Replicas = 2;
    private const long Fetched = 1_767_225_600_000; // 2026-01-01
    private const long Newer = Fetched + 1_000;

    // Customers change all along the refill, in so many portions.
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
        // Under UPDATE_IF_EXISTS a reader has cached the customers before the first event; the events are of the same time and write them again.
        await using var crowd = await Crowd.StartAsync(cached: Fetched, known: Fetched);
        await crowd.StartWorkersAsync(Replicas, ("CACHE_UPDATE_POLICY", policy), ("CACHE_REFILL", "1"), ("CACHE_REFILL_RATE_PER_SEC", $"{Crowd.Rate}"));
        var (redis, edge, queue, workers) = (crowd.Redis, crowd.Edge, crowd.Queue, crowd.Workers);
        crowd.Send(Enumerable.Range(0, Crowd.Customers), Fetched);
        await workers[0].WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "all customers are seen", TimeSpan.FromMinutes(2));
        await workers[0].WaitAsync(async () => (await redis.CliAsync("GET", "production!epoch")).Length > 0, "the marker stands");
        crowd.Send(Enumerable.Range(0, Crowd.Customers), Fetched);
        await workers[0].WaitAsync(() => Task.FromResult(queue.Counts.Total < Crowd.Customers - 1_000), "messages flow");

        await redis.CliAsync("FLUSHALL");
        var flushed = TimeProvider.System.GetTimestamp();
        await AllAsync(workers, static worker => worker.WaitForEventAsync(1270, TimeSpan.FromMinutes(1)));
        var noticed = TimeProvider.System.GetElapsedTime(flushed);
        await ChangeMeanwhileAsync(crowd, isKnownToEdge: policy == "UPDATE_IF_EXISTS");
        await AllAsync(workers, static worker => worker.WaitForEventAsync(1274, TimeSpan.FromMinutes(3)));
        var warm = TimeProvider.System.GetElapsedTime(flushed);
        await workers[0].WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "all messages are deleted", TimeSpan.FromMinutes(1));
        await workers[0].WaitAsync(async () => await crowd.IsNewestAsync(Newer, Fetched), "the newest of every customer stands in Redis", TimeSpan.FromMinutes(1));

        var calls = edge.Calls.Count(static call => call.CustomerId is not null);
        var missed = 0.0;
        foreach (var worker in workers)
        {
            Assert.Contains(" 0 could not be fetched", (string)(await worker.WaitForEventAsync(1274))["msg"]!, StringComparison.Ordinal);
            missed += (await worker.MetricAsync("""persistent_cache_warm_missed_changes_total{result="written"}"""))!.Value + (await worker.MetricAsync("""persistent_cache_warm_missed_changes_total{result="skipped_older"}"""))!.Value;
        }

        // Two replicas saw some customers both: their claims let one fetch.
        Assert.InRange(calls, Crowd.Customers, Crowd.Customers + missed);
        Assert.InRange(missed, 0, policy == "UPSERT" ? 0 : Crowd.Customers / 2);
        Assert.InRange(edge.MostInFlight, 1, Replicas * Crowd.CallsAtOnce);
        Assert.InRange(noticed, TimeSpan.Zero, NoticedWithin);
        await AllAsync(workers, static async worker => Assert.Equal(0, await worker.TerminateAsync()));
        new FaultRow(
            "Redis", test, $"Redis is flushed under load and refilled (`{policy}`)",
            "FLUSHALL with 20,000 cached customers, two replicas with `CACHE_REFILL=1` at 1,000 calls a second, messages go on", "200",
            $"log 1270 after {FaultRow.Seconds(noticed)}, 1274; {calls} Edge API calls", FaultRow.Seconds(warm), Crowd.Changed).Write();
    }

    private static Task AllAsync(List<WorkerProcess> workers, Func<WorkerProcess, Task> act) => Task.WhenAll(workers.Select(act));

    /// <summary>Changes customers all along the refill. Without knowledge of it the Edge API answers with the older state, which must not win.</summary>
    private static async Task ChangeMeanwhileAsync(Crowd crowd, bool isKnownToEdge)
    {
        for (var portion = 0; portion < Portions; portion++)
        {
            var changed = Crowd.ThoseThatChange.Where((_, i) => i % Portions == portion).ToArray();
            if (isKnownToEdge)
            {
                crowd.Know(changed, Newer);
            }

            crowd.Send(changed, Newer);
            var calls = (portion + 1) * (Crowd.Customers / 2 / Portions);
            await Eventually.HoldsAsync(() => crowd.Edge.Calls.Count >= calls, $"{calls} calls are made", TimeSpan.FromMinutes(1));
        }
    }
}
