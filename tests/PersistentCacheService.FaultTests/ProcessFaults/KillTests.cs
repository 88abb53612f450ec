using System.Globalization;
using PersistentCacheService.FaultTests.World;
using PersistentCacheService.IntegrationTests;
using TestKit.Processes;

namespace PersistentCacheService.FaultTests.ProcessFaults;

/// <summary>Workers end without a chance to clean up, or stand still.</summary>
[Collection(LongTestsFirst.Prefix + "kills")]
public sealed class KillTests
{
    // Each kill burns a receive of the messages in hand; the same message may be in hand again and again.
    private static readonly WorldOptions ManyReceives = new() { MaxReceiveCount = 1000, VisibilityTimeout = TimeSpan.FromSeconds(2), Rate = 400 };

    [SkippableFact]
    public async Task A_worker_is_killed_again_and_again_at_random_moments_of_a_drain()
    {
        var kills = FaultLength.Of(5, 30);
        await using var world = await FaultWorld.StartAsync(ManyReceives);
        var random = new Random(30);
        world.StartLoad();
        for (var kill = 0; kill < kills; kill++)
        {
            // From the middle of its start to the middle of its work.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 1_500)), TimeProvider.System, CancellationToken.None);
            await world.KillWorkerAsync(world.Worker);
            await world.StartWorkerAsync();
        }

        await FinishAsync(world, "A worker is killed at random moments of a drain", string.Create(CultureInfo.InvariantCulture, $"SIGKILL and a new start, {kills} times"), nameof(A_worker_is_killed_again_and_again_at_random_moments_of_a_drain));
    }

    [SkippableTheory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public async Task Several_workers_share_a_queue_and_one_of_them_dies(int workers)
    {
        await using var world = await FaultWorld.StartAsync(ManyReceives with { Workers = workers });
        world.StartLoad();
        await world.RepeatAsync(FaultLength.Outage / 3, FaultLength.Outage, () => Task.CompletedTask);
        await world.KillWorkerAsync(world.Workers[^1]);

        await FinishAsync(world, $"{workers} workers on one queue, one of them is killed", "SIGKILL under load; the others go on", $"{nameof(Several_workers_share_a_queue_and_one_of_them_dies)}_{workers}");
    }

    [SkippableFact]
    public async Task A_worker_is_frozen_until_its_handles_are_stale_and_goes_on()
    {
        await using var world = await FaultWorld.StartAsync(ManyReceives with { Workers = 2 });
        world.StartLoad();
        await world.RepeatAsync(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), () => Task.CompletedTask);
        var frozen = world.Workers[1];
        frozen.Send(Signal.Stop);
        await world.RepeatAsync(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(FaultLength.Of(4, 10)), () => Task.CompletedTask);
        frozen.Send(Signal.Continue);

        await frozen.WaitUntilReadyAsync();
        await FinishAsync(world, "A worker stands still beyond the visibility timeout, another one continues", "SIGSTOP for two visibility timeouts and more, then SIGCONT: stale handles, old values in flight", nameof(A_worker_is_frozen_until_its_handles_are_stale_and_goes_on));
    }

    private static async Task FinishAsync(FaultWorld world, string title, string injection, string test)
    {
        var started = TimeProvider.System.GetTimestamp();
        await world.Worker.WaitUntilReadyAsync();
        var recovery = TimeProvider.System.GetElapsedTime(started);
        await world.Load.StopAsync();
        await world.DrainedAsync();
        var messages = await world.HoldsAsync();
        var redelivered = string.Create(CultureInfo.InvariantCulture, $"{world.Queue.Figures.Redelivered} deliveries repeated");
        new FaultRow("Process", test, title, injection, "200", redelivered, FaultRow.Seconds(recovery), messages).Write();
        foreach (WorkerProcess worker in world.Workers)
        {
            await worker.WaitUntilReadyAsync(); // Before that a signal may find no handler: the first alone may have drained the queue.
            Assert.Equal(0, await worker.TerminateAsync());
        }
    }
}
