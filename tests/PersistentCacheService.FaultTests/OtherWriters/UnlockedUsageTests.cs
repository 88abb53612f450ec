using System.Globalization;
using System.Text;
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

/// <summary>
/// The SDK writes usage without the customer's lock: it compares on its side and writes in a second step. What a worker wrote between the two is
/// overwritten, and nobody but the SDK can prevent that. These tests show it, and how far behind a key can be then.
/// </summary>
public sealed class UnlockedUsageTests
{
    private const int FirstSeed = 20261122;

    private static readonly CacheSettings Settings = new("production", KeysTtlInSeconds: 604_800, CacheUpdatePolicy.Upsert, CacheLayout.V3, LockRetryCount: 1);
    private static readonly Feature Seats = new("seats", "Seats", "NUMBER", "Fluctuating");

    [SkippableFact]
    public async Task A_usage_that_an_SDK_writes_between_its_steps_hides_a_newer_one_until_that_comes_again_or_the_next_comes()
    {
        await using var world = await UsageWorld.StartAsync("c");
        var (older, newer, next) = (Usage("c", 2), Usage("c", 3), Usage("c", 4));

        var sdk = new SdkWriter(world.Reader, older);
        await sdk.ReadAsync();
        await world.ApplyAsync(newer);
        await sdk.WriteAsync();
        Assert.Equal(2, await world.StoredAsync("c"));

        // A redelivery repairs it as well as the next message: the service compares where it writes.
        await world.ApplyAsync(newer);
        Assert.Equal(3, await world.StoredAsync("c"));
        await sdk.WriteAsync();
        await world.ApplyAsync(next);
        await InvariantChecker.HoldsAsync(world.Reader, [Entitlements("c"), older, newer, next]);
    }

    [SkippableFact]
    public async Task A_usage_is_never_older_than_what_the_last_SDK_saw_when_it_compared_and_the_next_message_wins()
    {
        var schedules = FaultLength.Of(150, 3_000);
        await using var world = await UsageWorld.StartAsync([.. Enumerable.Range(FirstSeed, schedules).Select(Customer)]);
        var sent = new List<StiggMessage>();
        var behind = 0;
        foreach (var seed in Enumerable.Range(FirstSeed, schedules))
        {
            behind += await PlayAsync(world, seed, sent) ? 1 : 0;
        }

        Assert.InRange(behind, 1, schedules / 2);
        foreach (var seed in Enumerable.Range(FirstSeed, schedules))
        {
            sent.AddRange(Entitlements(Customer(seed)), Usage(Customer(seed), 1_000));
            await world.ApplyAsync(sent[^1]);
        }

        await InvariantChecker.HoldsAsync(world.Reader, sent);
        new FaultRow(
            "Writers", nameof(A_usage_is_never_older_than_what_the_last_SDK_saw_when_it_compared_and_the_next_message_wins), "SDK processes write usage without the lock",
            string.Create(CultureInfo.InvariantCulture, $"{schedules} random interleavings from seed {FirstSeed}; in {behind} an SDK's second step overwrote a newer usage ²"), "-", "nothing", "with the next message", sent.Count).Write();
    }

    /// <summary>Plays a worker's messages and the two steps of two SDK processes in a random order; whether an older usage was left.</summary>
    private static async Task<bool> PlayAsync(UsageWorld world, int seed, List<StiggMessage> sent)
    {
        var random = new Random(seed);
        var customer = Customer(seed);
        var times = Enumerable.Range(2, 6).ToArray();
        random.Shuffle(times);
        var messages = times.Select(time => Usage(customer, time)).ToArray();
        sent.AddRange(messages);
        var actors = new List<Queue<Func<Task>>> { new(messages[..4].Select(message => (Func<Task>)(() => world.ApplyAsync(message)))) };

        // What the SDK that wrote last had seen when it compared: the key cannot be older.
        var floor = 0L;
        foreach (var message in messages[4..])
        {
            var sdk = new SdkWriter(world.Reader, message);
            var seen = 0L;
            actors.Add(new Queue<Func<Task>>(
            [
                async () =>
                {
                    seen = await world.StoredAsync(customer);
                    await sdk.ReadAsync();
                },
                async () =>
                {
                    floor = sdk.HasSomethingToWrite ? seen : floor;
                    await sdk.WriteAsync();
                },
            ]));
        }

        while (actors.Count > 0)
        {
            await actors[random.Next(actors.Count)].Dequeue()();
            actors.RemoveAll(static left => left.Count == 0);
            Assert.True(await world.StoredAsync(customer) >= floor, $"Seed {seed}: the usage is older than what the last SDK saw.");
        }

        return await world.StoredAsync(customer) < times.Max();
    }

    private static string Customer(int seed) => string.Create(CultureInfo.InvariantCulture, $"unlocked-{seed}");

    private static EntitlementsMessage Entitlements(string customer) => new() { CustomerId = customer, Time = 1, Entitlements = [new FeatureEntitlement(Seats, UsageLimit: 25)] };

    private static UsageMessage Usage(string customer, int time) => new() { CustomerId = customer, Time = time, Id = Seats.RefId, CurrentUsage = time };

    /// <summary>A Redis in which some customers are cached.</summary>
    private sealed class UsageWorld(RedisServer server, RedisClient client, RedisReader reader) : IAsyncDisposable
    {
        private readonly ScriptedCache _cache = new(client, Settings, TimeProvider.System, static () => 0.5);

        public RedisReader Reader => reader;

        public static async Task<UsageWorld> StartAsync(params string[] customers)
        {
            Prerequisite.RedisServer.Demand();
            var server = await RedisServer.StartAsync();
            var client = new RedisClient(new RedisSettings { Host = server.Host, Port = server.Port }, TimeProvider.System, static () => 0.5, NullLogger<RedisClient>.Instance);
            var world = new UsageWorld(server, client, await RedisReader.ConnectAsync(server.Host, server.Port));
            client.Start();
            await client.WaitUntilReadyAsync();
            foreach (var customer in customers)
            {
                await world.ApplyAsync(Entitlements(customer));
            }

            return world;
        }

        public async Task ApplyAsync(StiggMessage message)
        {
            using var operation = MessageDecoder.Decode(Encoding.UTF8.GetBytes(message.Body()), new MessageOrigin(0, DeclaredType: null));
            await _cache.ApplyAsync(operation, CancellationToken.None);
        }

        /// <summary>The time of the usage that is stored; 0: none is.</summary>
        public async Task<long> StoredAsync(string customer) =>
            await reader.ExecuteAsync("GET", $"production:c_{customer}:f_{Seats.RefId}#timestamp") is string text ? long.Parse(text, CultureInfo.InvariantCulture) : 0;

        public async ValueTask DisposeAsync()
        {
            reader.Dispose();
            await client.DisposeAsync();
            await server.DisposeAsync();
        }
    }
}
