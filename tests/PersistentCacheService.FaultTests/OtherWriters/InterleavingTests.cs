using System.Collections.Concurrent;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.FaultTests.World;
using TestKit;
using TestKit.Invariants;
using TestKit.Messages;

namespace PersistentCacheService.FaultTests.OtherWriters;

/// <summary>Random interleavings of workers and SDK processes on one Redis.</summary>
public sealed class InterleavingTests
{
    private const int FirstSeed = 20261121;
    private const int Lanes = 16;
    private const int SchedulesPerCheck = 1_000;

    // One attempt: whether a lock is held when a worker comes is the schedule's decision, not the clock's.
    private static readonly CacheSettings Settings = new("production", KeysTtlInSeconds: 604_800, CacheUpdatePolicy.Upsert, CacheLayout.V3, LockRetryCount: 1);

    [SkippableFact]
    public async Task In_any_interleaving_of_workers_and_SDKs_the_newest_timestamp_wins()
    {
        var schedules = FaultLength.Of(1_000, 10_000);
        await using var server = await RedisServer.StartAsync();
        await using var client = new RedisClient(new RedisSettings { Host = server.Host, Port = server.Port }, TimeProvider.System, static () => 0.5, NullLogger<RedisClient>.Instance);
        client.Start();
        await client.WaitUntilReadyAsync();
        using var checker = await RedisReader.ConnectAsync(server.Host, server.Port);
        var (played, lostLocks) = (0, 0);
        for (var first = 0; first < schedules; first += SchedulesPerCheck)
        {
            await checker.ExecuteAsync("FLUSHALL");
            var sent = await PlayAsync(server, client, FirstSeed + first);
            await InvariantChecker.HoldsAsync(checker, sent.SelectMany(static schedule => schedule.Sent).ToArray());
            played += sent.Count;
            lostLocks += sent.Count(static schedule => schedule.LosesLock);
        }

        Assert.Equal(schedules, played);
        Assert.InRange(lostLocks, schedules / 10, schedules / 3);
        new FaultRow(
            "Writers", nameof(In_any_interleaving_of_workers_and_SDKs_the_newest_timestamp_wins), "SDK processes write the same customers, under the customer's lock",
            $"{schedules} random interleavings from seed {FirstSeed}; in {lostLocks} the lock is lost in the middle and a newer message follows", "-", "`persistent_cache_lock_waits_total`", "uninterrupted", played).Write();
    }

    [SkippableFact]
    public async Task What_an_SDK_writes_after_it_lost_the_lock_is_whole_and_the_next_message_wins()
    {
        await using var server = await RedisServer.StartAsync();
        using var redis = await RedisReader.ConnectAsync(server.Host, server.Port);
        await using var client = new RedisClient(new RedisSettings { Host = server.Host, Port = server.Port }, TimeProvider.System, static () => 0.5, NullLogger<RedisClient>.Instance);
        client.Start();
        await client.WaitUntilReadyAsync();
        var cache = new ScriptedCache(client, Settings, TimeProvider.System, static () => 0.5);
        var (older, newer, newest) = (State(1), State(2), State(3));

        // The SDK has read the timestamps, stalls for longer than its lock lives, and writes.
        var stalled = new SdkWriter(redis, older);
        Assert.True(await stalled.TryLockAsync());
        await stalled.ReadAsync();
        await stalled.LoseLockAsync();
        await ApplyAsync(cache, newer);
        await stalled.WriteAsync();
        Assert.Equal("1", await redis.ExecuteAsync("GET", "production:c_c#timestamp"));

        await ApplyAsync(cache, newest);
        await InvariantChecker.HoldsAsync(redis, [older, newer, newest]);
    }

    private static async Task<IReadOnlyCollection<Schedule>> PlayAsync(RedisServer server, RedisClient client, int firstSeed)
    {
        var cache = new ScriptedCache(client, Settings, TimeProvider.System, static () => 0.5);
        var seeds = new ConcurrentQueue<int>(Enumerable.Range(firstSeed, SchedulesPerCheck));
        var played = new ConcurrentBag<Schedule>();
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(async _ =>
        {
            using var redis = await RedisReader.ConnectAsync(server.Host, server.Port);
            while (seeds.TryDequeue(out var seed))
            {
                var schedule = new Schedule(seed, cache, redis);
                await schedule.PlayAsync();
                played.Add(schedule);
            }
        }));
        return played;
    }

    private static EntitlementsMessage State(int time) => new()
    {
        CustomerId = "c",
        Time = time,
        Entitlements = [new FeatureEntitlement(new Feature("a", "A", "NUMBER", "Incremental"), UsageLimit: time, CurrentUsage: time)],
    };

    private static async Task ApplyAsync(ScriptedCache cache, EntitlementsMessage message)
    {
        using var operation = MessageDecoder.Decode(System.Text.Encoding.UTF8.GetBytes(message.Body()), new MessageOrigin(0, DeclaredType: null));
        Assert.Equal(ApplyOutcome.Written, await cache.ApplyAsync(operation, CancellationToken.None));
    }
}
