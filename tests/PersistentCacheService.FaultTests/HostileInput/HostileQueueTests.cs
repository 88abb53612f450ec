using System.Text;
using PersistentCacheService.FaultTests.World;
using PersistentCacheService.Tests.Messages;
using TestKit.EdgeApi;
using TestKit.Invariants;

namespace PersistentCacheService.FaultTests.HostileInput;

/// <summary>A queue full of damaged messages: the worker lives, prints none of their content, and writes no key outside a customer's own.</summary>
public sealed class HostileQueueTests
{
    private const int Seed = 20261123;
    private const int UnknownType = 1202;
    private const int LongestTypeName = 64;

    [SkippableFact]
    public async Task A_worker_that_eats_damaged_messages_prints_no_content_and_goes_on()
    {
        var count = FaultLength.Of(3_000, 100_000);
        await using var edge = await FakeEdgeApi.StartAsync();
        await using var world = await FaultWorld.StartAsync(new WorldOptions
        {
            MaxReceiveCount = 3,
            VisibilityTimeout = TimeSpan.FromSeconds(2),
            Variables = [("LOG_LEVEL", "warn"), ("EDGE_API_URL", edge.Url), ("SERVER_API_KEY", edge.ApiKey)],
        });
        var mutator = new BodyMutator(new Random(Seed), DecoderFuzzTests.Bodies());
        var bodies = Enumerable.Range(0, count).Select(_ => Encoding.UTF8.GetString(mutator.Next())).Where(static body => body.Length > 0).ToArray();
        world.Queue.Enqueue(bodies);
        world.StartLoad();
        await world.RepeatAsync(FaultLength.Outage, FaultLength.Outage, () => Task.CompletedTask);
        await world.Load.StopAsync();
        await world.Worker.WaitAsync(() => Task.FromResult(world.Queue.Counts.Total == 0), "every message is acknowledged or given up", TimeSpan.FromMinutes(5));
        Assert.Equal(0, await world.Worker.TerminateAsync());

        // The name of a type nobody knows is told to people, cut to 64 characters: without it they could not say what is new.
        var log = world.Worker.Log;
        var unknown = log.Where(static line => (int?)line["event"] == UnknownType).ToArray();
        Assert.DoesNotContain(log.Except(unknown), static line => line.ToJsonString().Contains(BodyMutator.Marker, StringComparison.Ordinal));
        Assert.DoesNotContain(unknown, static line => ((string)line["typeName"]!).Length > LongestTypeName);
        using var reader = await RedisReader.ConnectAsync(world.Redis.Host, world.Redis.Port);
        var stored = await reader.ReadAllAsync();
        Assert.All(stored.Keys, static key => Assert.StartsWith("production:c_", key, StringComparison.Ordinal));
        await InvariantChecker.HoldsAsync(reader, world.Load.Sent, new CacheRules { IsForeign = static key => !key.Contains("c_customer-0", StringComparison.Ordinal) });
        new FaultRow(
            "Input", nameof(A_worker_that_eats_damaged_messages_prints_no_content_and_goes_on), "A queue full of damaged messages", $"{count} damaged messages among good ones", "200", "log 1201, 1202", "uninterrupted", world.Load.Sent.Count).Write();
    }
}
