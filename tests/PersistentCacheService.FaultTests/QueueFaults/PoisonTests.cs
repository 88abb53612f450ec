using System.Globalization;
using System.Text.Json.Nodes;
using PersistentCacheService.FaultTests.World;
using PersistentCacheService.IntegrationTests;

namespace PersistentCacheService.FaultTests.QueueFaults;

/// <summary>Messages that can never be applied, of every kind that the contract's vectors know, among good ones.</summary>
[Collection(LongTestsFirst.Prefix + "poison")]
public sealed class PoisonTests
{
    private const int Rounds = 3;
    private const int GoodToPoison = 10;

    // What poison may cost beyond its share of one in eleven. Measured: 0.7 to 1.2, on a machine with a load of 80. One that holds up a consumer until its visibility timeout, or makes a
    // batch of ten come again, costs several times as much.
    private const double MostTime = 2;
    private const double MostProcessorTime = 1.5;

    // SQS takes no empty body.
    private static readonly string[] Bodies = [.. Malformed().Where(static body => body.Length > 0)];

    [SkippableFact]
    public async Task Poison_does_not_hold_up_good_messages()
    {
        // A pause because Redis did not get a processor in time would be measured as well.
        await using var world = await FaultWorld.StartAsync(new WorldOptions { MaxReceiveCount = 2, RedisTimeout = WorldOptions.PatientRedisTimeout });
        var count = FaultLength.Of(2_000, 20_000);
        var poison = Enumerable.Range(0, count / GoodToPoison).Select(static number => Bodies[number % Bodies.Length]).ToArray();
        await DrainAsync(world, count, poison); // A process that has seen neither is slower at both.

        var (alone, mixed) = (new Cost[Rounds], new Cost[Rounds]);
        for (var round = 0; round < Rounds; round++)
        {
            // Poison that would come again among the good ones of the next drain.
            world.Queue.Purge();
            world.DeadLetters.Purge();
            alone[round] = await DrainAsync(world, count, []);
            mixed[round] = await DrainAsync(world, count, poison);
        }

        // The quickest of each: drains take turns, and what else the machine does makes some of them slower, never quicker.
        var (time, timeAlone) = (mixed.Min(static cost => cost.Seconds), alone.Min(static cost => cost.Seconds));
        var (work, workAlone) = (mixed.Min(static cost => cost.ProcessorSeconds), alone.Min(static cost => cost.ProcessorSeconds));
        var share = 1 + (1.0 / GoodToPoison);
        var told = string.Create(
            CultureInfo.InvariantCulture,
            $"{count} good ones take {timeAlone:0.00} s alone and {time:0.00} s with {poison.Length} poison ones, {workAlone:0.00} and {work:0.00} s of a processor");
        Assert.True(time <= timeAlone * share * MostTime, told);
        Assert.True(work <= workAlone * share * MostProcessorTime, told);

        Assert.DoesNotContain(world.Queue.Peek(), static message => !Bodies.Contains(message.Body, StringComparer.Ordinal));
        await world.Worker.WaitAsync(() => Task.FromResult(world.Queue.Counts.Total == 0), "every poison message was given up", FaultLength.VisibilityTimeout * 12);
        Assert.Equal(poison.Length, world.DeadLetters.Counts.Total);
        world.DeadLetters.Purge();
        var messages = await world.HoldsAsync();
        new FaultRow("SQS", nameof(Poison_does_not_hold_up_good_messages), "One message in eleven is poison", $"{Bodies.Length} kinds of malformed bodies", "200", $"log 1201; {told}", "uninterrupted", messages).Write();
        Assert.Equal(0, await world.Worker.TerminateAsync());
    }

    /// <summary>Puts good messages and poison in, mixed, and waits until nothing good is left.</summary>
    private static async Task<Cost> DrainAsync(FaultWorld world, int count, string[] poison)
    {
        var before = world.Queue.Figures;
        var processorTime = ProcessorSeconds(world.Worker.Id);
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
        return new Cost(TimeProvider.System.GetElapsedTime(started).TotalSeconds, ProcessorSeconds(world.Worker.Id) - processorTime);
    }

    private static double ProcessorSeconds(int processId)
    {
        using var process = System.Diagnostics.Process.GetProcessById(processId);
        return process.TotalProcessorTime.TotalSeconds;
    }

    /// <summary>The bodies of the contract's vectors that must be found malformed.</summary>
    private static IEnumerable<string> Malformed()
    {
        using var stream = typeof(PoisonTests).Assembly.GetManifestResourceStream("decode-vectors.json")!;
        var vectors = JsonNode.Parse(stream)!["vectors"]!.AsArray();
        return [.. vectors.Where(static vector => (string?)vector!["expect"]!["effect"] == "malformed").Select(static vector => (string)vector!["body"]!)];
    }

    private sealed record Cost(double Seconds, double ProcessorSeconds);
}
