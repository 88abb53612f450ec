using System.Net;
using System.Runtime.CompilerServices;
using TestKit.Invariants;

namespace PersistentCacheService.FaultTests.World;

/// <summary>Runs a fault under load: it begins, lasts, ends; the service must notice, leave the messages alone, come back by itself, and have lost nothing.</summary>
internal static class Outage
{
    private const int GoingOn = 1301;
    private const int WarningLevel = 40;

    // Received before the fault, by a receive that was under way, and once more for a busy machine.
    private const int ReceivesAnyway = 3;

    // Full length: what came in during 25 s at 200 messages/s, on a busy machine.
    private static readonly TimeSpan LongestRecovery = TimeSpan.FromSeconds(45);

    /// <summary>Starts a world, runs the fault in it, and writes its row.</summary>
    public static async Task RunAsync(Fault fault, WorldOptions? options = null, [CallerMemberName] string test = "")
    {
        options ??= new WorldOptions();
        await using var world = await FaultWorld.StartAsync(fault.Readyz == Expectation.Up ? options with { RedisTimeout = WorldOptions.PatientRedisTimeout } : options);
        await RunAsync(world, fault, test);
    }

    /// <inheritdoc cref="RunAsync(Fault, WorldOptions?, string)"/>
    public static async Task RunAsync(FaultWorld world, Fault fault, [CallerMemberName] string test = "")
    {
        await world.Worker.WaitUntilReadyAsync();
        world.StartLoad();
        await AdvancesAsync(world, 100);
        var linesBefore = world.Worker.Log.Count;
        await using var readyz = new ReadyzObserver(world.Worker);

        var began = TimeProvider.System.GetTimestamp();
        await fault.Begin(world);
        await LastsAsync(world, fault, readyz);
        var received = MostReceived(world, fault, began);
        await fault.Meanwhile(world);
        var metric = fault.Metric is { } sample ? await world.Worker.MetricAsync(sample) : null;
        await fault.End(world);
        var recovery = await RecoversAsync(world, readyz);
        await world.Load.StopAsync();
        await world.DrainedAsync();

        var messages = await world.HoldsAsync(new CacheRules { RedisLostData = fault.RedisLosesData });
        CheckReadyz(fault, readyz);
        var seen = Seen(world, linesBefore) + (fault.BurnsReceives ? $"; receive count at most {received}" : "") + (metric is null ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"; `{fault.Metric}` {metric:0.##}"));
        var kept = fault.Readyz == Expectation.Up ? "uninterrupted" : FaultRow.Seconds(recovery);
        var title = fault.RedisLosesData ? $"{fault.Title} ¹" : fault.Title;
        new FaultRow(fault.Area, test, title, fault.Injection, readyz.Summary, seen, kept, messages).Write();
        Assert.Equal(0, await world.Worker.TerminateAsync());
    }

    /// <summary>The fault itself: time is what it is about. Afterwards the process must be alive.</summary>
    private static async Task LastsAsync(FaultWorld world, Fault fault, ReadyzObserver readyz)
    {
        var started = TimeProvider.System.GetTimestamp();
        if (fault.Readyz == Expectation.Down)
        {
            await world.Worker.WaitAsync(() => Task.FromResult(readyz.WasDown), $"/readyz tells of: {fault.Title}");
        }

        var left = fault.Lasts - TimeProvider.System.GetElapsedTime(started);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, TimeProvider.System, CancellationToken.None);
        }

        if (fault.LivezAnswers)
        {
            Assert.Equal((HttpStatusCode.OK, """{"status":"UP"}"""), await world.Worker.GetAsync("/livez"));
        }
    }

    /// <summary>The highest receive count of a message that is still in the queue; it must be far from the redrive limit.</summary>
    private static int MostReceived(FaultWorld world, Fault fault, long began)
    {
        if (!world.Sqs.QueueNames.Contains(FaultWorld.QueueName))
        {
            return 0;
        }

        var received = world.Queue.Peek().Select(static message => message.ReceiveCount).DefaultIfEmpty().Max();
        var elapsed = TimeProvider.System.GetElapsedTime(began);
        var most = ReceivesAnyway + (fault.BurnsReceives ? (int)(elapsed / world.VisibilityTimeout) : 0);
        Assert.True(received <= most, $"A message was received {received} times in {elapsed.TotalSeconds:0.0} s, {most} at most may be: {fault.Title}");
        return received;
    }

    private static async Task<TimeSpan> RecoversAsync(FaultWorld world, ReadyzObserver readyz)
    {
        var started = TimeProvider.System.GetTimestamp();
        var before = world.Queue.Figures;
        await world.Worker.WaitAsync(
            () => Task.FromResult(readyz.IsUp && world.Queue.Figures is var now && now.Received > before.Received && now.Deleted > before.Deleted),
            "the service is ready and processes messages again",
            LongestRecovery);
        return TimeProvider.System.GetElapsedTime(started);
    }

    private static Task AdvancesAsync(FaultWorld world, int messages)
    {
        var goal = world.Queue.Figures.Deleted + messages;
        return world.Worker.WaitAsync(() => Task.FromResult(world.Queue.Figures.Deleted >= goal), "messages are processed");
    }

    private static void CheckReadyz(Fault fault, ReadyzObserver readyz) =>
        Assert.True(
            fault.Readyz switch { Expectation.Down => readyz.WasDown, Expectation.Up => !readyz.WasDown, _ => true },
            $"/readyz said {readyz.Summary} during: {fault.Title}");

    private static string Seen(FaultWorld world, int linesBefore)
    {
        var events = world.Worker.Log
            .Skip(linesBefore)
            .Where(static line => (int)line["level"]! >= WarningLevel || (int?)line["event"] == GoingOn)
            .Select(static line => $"{line["event"]}{(line["kind"] is { } kind ? $" {kind}" : "")}")
            .Distinct(StringComparer.Ordinal)
            .Take(4);
        return string.Join(", ", events) is { Length: > 0 } seen ? $"log {seen}" : "nothing";
    }
}
