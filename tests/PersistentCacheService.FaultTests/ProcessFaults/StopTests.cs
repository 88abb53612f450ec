using LocalSqs.Faults;
using LocalSqs.Protocol;
using PersistentCacheService.FaultTests.World;
using PersistentCacheService.IntegrationTests;
using TestKit.Faults;
using TestKit.Messages;
using TestKit.Processes;

namespace PersistentCacheService.FaultTests.ProcessFaults;

/// <summary>SIGTERM at every stage: the process ends by itself with exit code 0, nothing it did not finish is acknowledged, and it keeps nothing hidden.</summary>
[Collection(LongTestsFirst.Prefix + "stops")]
public sealed class StopTests
{
    // SHUTDOWN_TIMEOUT_IN_SECS 5, the overtime of 5 s, and a busy machine.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(25);

    [SkippableFact]
    public Task While_it_starts() => StopAsync("while it starts", static world => Task.CompletedTask, stopsAtOnce: true);

    [SkippableFact]
    public Task While_it_waits_for_messages() => StopAsync("while it waits for messages", static world => world.DrainedAsync());

    [SkippableFact]
    public Task In_the_middle_of_a_drain() => StopAsync("in the middle of a drain", static world =>
    {
        world.StartLoad();
        return world.Worker.WaitAsync(() => Task.FromResult(world.Queue.Figures.Deleted > 200), "the drain is on its way");
    });

    [SkippableFact]
    public Task While_Redis_is_away() => StopAsync("while Redis is away", static async world =>
    {
        world.StartLoad();
        world.RedisProxy.Apply(FaultPlan.Refuse with { ResetOpen = true });
        await world.Worker.WaitForEventAsync(1300);
    });

    [SkippableFact]
    public Task While_commands_wait_for_a_Redis_that_does_not_answer() => StopAsync("while commands wait for a Redis that does not answer", static world =>
    {
        world.StartLoad();
        world.RedisProxy.Apply(FaultPlan.Blackhole);
        return world.Worker.WaitAsync(() => Task.FromResult(world.Queue.Counts.InFlight > 0), "messages are in hand");
    });

    [SkippableFact]
    public Task While_an_SDK_holds_every_customer_locked() => StopAsync("while an SDK holds every customer locked", static async world =>
    {
        await world.Admin.ExecuteAllAsync([.. Enumerable.Range(0, 50).Select(static number => new[] { "SET", $"production-{MessageGenerator.CustomerId(number)}", "x", "PX", "30000" })]);
        world.StartLoad();
        await world.Worker.WaitAsync(() => Task.FromResult(world.Queue.Counts.InFlight > 0), "messages are in hand");
    });

    [SkippableFact]
    public Task While_deletes_are_throttled() => StopAsync("while SQS throttles deletes", static world =>
    {
        world.Sqs.Faults.Inject(new SqsFault(SqsFaultKind.Throttle) { Operation = SqsOperation.DeleteMessageBatch });
        world.StartLoad();
        return world.Worker.WaitAsync(() => Task.FromResult(world.Queue.Counts.InFlight > 20), "acknowledgements wait");
    });

    [SkippableFact]
    public Task While_SQS_does_not_answer() => StopAsync("while SQS does not answer", static async world =>
    {
        world.StartLoad();
        await world.Worker.WaitAsync(() => Task.FromResult(world.Queue.Figures.Deleted > 100), "the drain is on its way");
        world.SqsProxy.Apply(FaultPlan.Blackhole);
    });

    [SkippableFact]
    public Task Twice() => StopAsync("twice in a row", static async world =>
    {
        world.StartLoad();
        await world.Worker.WaitAsync(() => Task.FromResult(world.Queue.Figures.Deleted > 100), "the drain is on its way");
        world.Worker.Send(Signal.Terminate);
    });

    private static async Task StopAsync(string stage, Func<FaultWorld, Task> reach, bool stopsAtOnce = false, [System.Runtime.CompilerServices.CallerMemberName] string test = "")
    {
        await using var world = await FaultWorld.StartAsync();
        if (stopsAtOnce)
        {
            await world.KillWorkerAsync(world.Worker);
            await world.StartWorkerAsync();
        }

        await reach(world);
        var stopping = world.Worker;
        var started = TimeProvider.System.GetTimestamp();
        stopping.Send(Signal.Terminate);
        // Killed by the signal before the runtime handles it is an end like any other: nothing was begun.
        Assert.Contains(await stopping.WaitForExitAsync(), stopsAtOnce ? [0, 128 + (int)Signal.Terminate] : (int[])[0]);
        var took = TimeProvider.System.GetElapsedTime(started);
        Assert.True(took < LongestStop, $"The stop took {took}.");

        await world.Load.StopAsync();
        world.RedisProxy.Heal();
        world.SqsProxy.Heal();
        world.Sqs.Faults.Clear();
        await world.Admin.ExecuteAllAsync([.. Enumerable.Range(0, 50).Select(static number => new[] { "DEL", $"production-{MessageGenerator.CustomerId(number)}" })]);
        var hidden = world.Queue.Counts.InFlight;
        await world.KillWorkerAsync(stopping);
        await world.StartWorkerAsync();
        await world.DrainedAsync();
        var messages = await world.HoldsAsync();
        new FaultRow("Process", $"StopTests.{test}", $"SIGTERM {stage}", "SIGTERM; later a new worker", "503 stopping", $"exit code 0, {hidden} messages left hidden", $"ends in {FaultRow.Seconds(took)}", messages).Write();
        await world.Worker.WaitUntilReadyAsync();
        Assert.Equal(0, await world.Worker.TerminateAsync());
    }
}
