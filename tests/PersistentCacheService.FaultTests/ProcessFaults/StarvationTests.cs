using PersistentCacheService.FaultTests.World;
using TestKit.Processes;

namespace PersistentCacheService.FaultTests.ProcessFaults;

/// <summary>The process lacks memory, threads, file descriptors or processor time.</summary>
public sealed class StarvationTests
{
    // More than a worker at rest takes, less than its load wants.
    private const string SmallHeap = "0x2800000";

    // A process that ends burns a receive of what it had in hand.
    private static readonly WorldOptions Restarts = new() { MaxReceiveCount = 1000, VisibilityTimeout = TimeSpan.FromSeconds(2) };

    [SkippableFact]
    public async Task File_descriptors_are_exhausted()
    {
        await using var world = await FaultWorld.StartAsync(Restarts);
        world.StartLoad();
        await LimitAsync(world, "--nofile=3:");
        world.RedisProxy.ResetConnections();
        world.SqsProxy.ResetConnections();
        await world.RepeatAsync(FaultLength.Outage, FaultLength.Outage, () => Task.CompletedTask);
        try
        {
            await LimitAsync(world, "--nofile=1024:");
        }
        catch (InvalidOperationException) when (world.Worker.HasExited)
        {
            // The runtime gave up.
        }

        await FinishAsync(world, nameof(File_descriptors_are_exhausted), "File descriptors are exhausted",
            "`prlimit --nofile=3` and a reset of all connections, later the old limit; the runtime itself may give up, then the process is started again as Kubernetes does");
    }

    [SkippableFact]
    public Task The_thread_pool_has_one_thread() => Outage.RunAsync(
        new Fault("Process", "The thread pool has one thread, and Redis is killed", "`DOTNET_ThreadPool_ForceMaxWorkerThreads=1`: anything that blocks a thread blocks all")
        {
            Begin = static world => world.Redis.KillAsync(),
            End = static world => world.Redis.RestartAsync(),
            RedisLosesData = true,
        },
        new WorldOptions { Variables = [("DOTNET_ThreadPool_ForceMinWorkerThreads", "1"), ("DOTNET_ThreadPool_ForceMaxWorkerThreads", "1")] });

    [SkippableFact]
    public async Task The_memory_limit_is_hit()
    {
        await using var world = await FaultWorld.StartAsync(Restarts with { Variables = [("DOTNET_GCHeapHardLimit", SmallHeap), ("MAX_IN_FLIGHT_MESSAGES", "200")] });
        // Bodies of 250 kB: four batches of ten are a quarter of the heap before anything is done with them.
        var padding = new string(' ', 250_000);
        world.Queue.Enqueue(Enumerable.Repeat($$"""{"type":"packagePublished","packageType":"PLAN","pad":"{{padding}}"}""", FaultLength.Of(150, 1_000)));
        world.StartLoad();
        await world.RepeatAsync(FaultLength.Outage, FaultLength.Outage, () => Task.CompletedTask);

        await FinishAsync(world, nameof(The_memory_limit_is_hit), "The memory limit is hit", "a heap of 40 MB, bodies of 250 kB; a worker that ends is started again as Kubernetes does");
    }

    /// <summary>Waits until all is processed, by the same process or, when that ended, by the next.</summary>
    private static async Task FinishAsync(FaultWorld world, string test, string title, string injection)
    {
        await world.Load.StopAsync();
        var started = TimeProvider.System.GetTimestamp();
        var restarts = 0;
        while (world.Queue.Counts.Total > 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(2), "The queue is not empty after two minutes.");
            if (world.Worker.HasExited)
            {
                restarts++;
                await world.KillWorkerAsync(world.Worker);
                await world.StartWorkerAsync();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }

        var recovery = TimeProvider.System.GetElapsedTime(started);
        var messages = await world.HoldsAsync();
        new FaultRow("Process", test, title, injection, "no answer", $"{restarts} restarts", $"drained after {FaultRow.Seconds(recovery)}", messages).Write();
        await world.Worker.WaitUntilReadyAsync();
        Assert.Equal(0, await world.Worker.TerminateAsync());
    }

    private static async Task LimitAsync(FaultWorld world, string limit) =>
        await ChildProcess.RunAsync(new ChildProcessSpec("prlimit", "--pid", FaultWorld.Text(world.Worker.Id), limit));
}
