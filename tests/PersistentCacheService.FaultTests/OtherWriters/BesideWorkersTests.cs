using PersistentCacheService.FaultTests.World;
using TestKit.Invariants;
using TestKit.Messages;

namespace PersistentCacheService.FaultTests.OtherWriters;

/// <summary>SDK processes write old and new states of the customers that three workers are busy with.</summary>
public sealed class BesideWorkersTests
{
    private const int SdkProcesses = 4;

    [SkippableFact]
    public async Task SDK_processes_beside_three_workers_never_let_an_older_state_win()
    {
        await using var world = await FaultWorld.StartAsync(new WorldOptions { Workers = 3, Customers = 20, MaxReceiveCount = 100 });
        world.StartLoad();
        var stop = TimeProvider.System.GetTimestamp();
        var writes = await Task.WhenAll(Enumerable.Range(0, SdkProcesses).Select(number => WriteAsync(world, new Random(number), () => TimeProvider.System.GetElapsedTime(stop) > FaultLength.Outage * 2)));
        await world.Load.StopAsync();
        await world.DrainedAsync();

        var messages = await world.HoldsAsync();
        Assert.True(writes.Sum() > SdkProcesses, "The SDK processes wrote nothing.");
        var waits = await Task.WhenAll(world.Workers.Select(static worker => worker.MetricAsync("persistent_cache_lock_waits_total")));
        new FaultRow(
            "Writers", nameof(SDK_processes_beside_three_workers_never_let_an_older_state_win), "SDK processes write beside three workers, with stalls under the lock",
            $"{SdkProcesses} writers with the SDK's lock and steps, {writes.Sum()} writes of states up to the whole run old, stalls of 0-300 ms", "200",
            $"`persistent_cache_lock_waits_total` {waits.Sum()}", "uninterrupted", messages).Write();
        foreach (var worker in world.Workers)
        {
            await worker.WaitUntilReadyAsync(); // Before that a signal may find no handler: the first alone may have drained the queue.
            Assert.Equal(0, await worker.TerminateAsync());
        }
    }

    private static async Task<int> WriteAsync(FaultWorld world, Random random, Func<bool> isOver)
    {
        using var redis = await RedisReader.ConnectAsync(world.Redis.Host, world.Redis.Port);
        var writes = 0;
        while (!isOver())
        {
            // What the SDK has fetched some time ago: the state of any message sent so far.
            var states = world.Load.Snapshot();
            if (states[random.Next(states.Length)] is not EntitlementsMessage state)
            {
                continue;
            }

            var writer = new SdkWriter(redis, state);
            if (await writer.TryLockAsync())
            {
                await writer.ReadAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(300)), TimeProvider.System, CancellationToken.None);
                await writer.WriteAsync();
                await writer.UnlockAsync();
                writes++;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(30)), TimeProvider.System, CancellationToken.None);
        }

        return writes;
    }
}
