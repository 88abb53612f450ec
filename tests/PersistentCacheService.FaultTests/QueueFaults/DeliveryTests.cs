using System.Globalization;
using System.Text.Json.Nodes;
using LocalSqs;
using PersistentCacheService.FaultTests.World;
using TestKit.Messages;

namespace PersistentCacheService.FaultTests.QueueFaults;

/// <summary>What a standard queue may do to messages, and what messages may be.</summary>
public sealed class DeliveryTests
{
    [SkippableFact]
    public async Task Messages_come_twice_and_in_any_order()
    {
        await using var world = await FaultWorld.StartAsync(new WorldOptions
        {
            RedisTimeout = WorldOptions.PatientRedisTimeout,
            Sqs = new LocalSqsOptions { DuplicateShare = 0.5, Shuffle = true },
        });
        await Outage.RunAsync(world, new Fault("SQS", "Messages come twice, also in one batch, and in any order", "every second message is delivered twice, the order is random")
        {
            Begin = static _ => Task.CompletedTask,
            Readyz = Expectation.Up,
        });
        Assert.True(world.Queue.Figures.Duplicated > 100);
    }

    [SkippableFact]
    public Task Handles_expire_while_customers_are_locked() => Outage.RunAsync(
        new Fault("SQS", "Messages outlive their visibility timeout in hand", "an SDK's lock on every customer, extended for 1.5 visibility timeouts")
        {
            Begin = static world => world.RepeatAsync(TimeSpan.FromMilliseconds(500), FaultLength.VisibilityTimeout * 1.5, () => world.Admin.ExecuteAllAsync(
                [.. Enumerable.Range(0, 50).Select(static number => new[] { "SET", $"production-{MessageGenerator.CustomerId(number)}", "0123456789abcdef0123456789abcdef", "PX", "1500" })])),
            End = static world => world.Admin.ExecuteAllAsync([.. Enumerable.Range(0, 50).Select(static number => new[] { "DEL", $"production-{MessageGenerator.CustomerId(number)}" })]),
            Lasts = TimeSpan.Zero,
            Readyz = Expectation.Up,
        });

    [SkippableFact]
    public async Task Poison_does_not_hold_up_good_messages()
    {
        await using var world = await FaultWorld.StartAsync(new WorldOptions { MaxReceiveCount = 3 });
        var poison = Poison();
        var count = FaultLength.Of(2_000, 20_000);
        var alone = await DrainAsync(world, count, []);
        var bodies = Enumerable.Range(0, count / 10).Select(number => poison[number % poison.Count]).ToArray();
        var mixed = await DrainAsync(world, count, bodies);

        Assert.DoesNotContain(world.Queue.Peek(), message => !poison.Contains(message.Body));
        await world.Worker.WaitAsync(() => Task.FromResult(world.Queue.Counts.Total == 0), "every poison message was given up", FaultLength.VisibilityTimeout * 12);
        Assert.Equal(bodies.Length, world.DeadLetters.Counts.Total);
        world.DeadLetters.Purge();
        var messages = await world.HoldsAsync();
        var seen = string.Create(CultureInfo.InvariantCulture, $"log 1201; {count} good ones in {alone.TotalSeconds:0.0} s alone, in {mixed.TotalSeconds:0.0} s with {bodies.Length} poison ones");
        new FaultRow("SQS", nameof(Poison_does_not_hold_up_good_messages), "One message in eleven is poison", $"{poison.Count} kinds of malformed bodies", "200", seen, "goes on", messages).Write();
        Assert.Equal(0, await world.Worker.TerminateAsync());
    }

    /// <summary>Puts good messages and poison in, mixed, and waits until nothing good is left.</summary>
    private static async Task<TimeSpan> DrainAsync(FaultWorld world, int count, string[] poison)
    {
        var before = world.Queue.Figures;
        var started = TimeProvider.System.GetTimestamp();
        var every = poison.Length == 0 ? count : count / poison.Length;
        for (var sent = 0; sent < count; sent += every)
        {
            world.Load.Send(Math.Min(every, count - sent));
            world.Queue.Enqueue(poison.Skip(sent / every).Take(1));
        }

        var good = world.Queue.Figures.Filled - before.Filled - poison.Length;
        await world.Worker.WaitAsync(
            () => Task.FromResult(world.Queue.Figures.Deleted >= before.Deleted + good), "every good message is processed", TimeSpan.FromMinutes(2));
        return TimeProvider.System.GetElapsedTime(started);
    }

    /// <summary>The bodies of the contract's vectors that must be found malformed.</summary>
    private static List<string> Poison()
    {
        using var stream = typeof(DeliveryTests).Assembly.GetManifestResourceStream("decode-vectors.json")!;
        var vectors = JsonNode.Parse(stream)!["vectors"]!.AsArray();
        // SQS takes no empty body.
        return [.. vectors.Where(static vector => (string?)vector!["expect"]!["effect"] == "malformed").Select(static vector => (string)vector!["body"]!).Where(static body => body.Length > 0)];
    }
}
