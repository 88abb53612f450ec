using PersistentCacheService.FaultTests.World;
using TestKit.Processes;

namespace PersistentCacheService.FaultTests.RedisFaults;

/// <summary>The Redis server itself goes away, freezes, or comes back slowly.</summary>
public sealed class RedisProcessFaultTests
{
    [SkippableFact]
    public Task Redis_is_killed_and_comes_back_empty() => Outage.RunAsync(new Fault("Redis", "Redis is killed and comes back empty", "SIGKILL, later a start without data")
    {
        Begin = static world => world.Redis.KillAsync(),
        End = static world => world.Redis.RestartAsync(),
        RedisLosesData = true,
        Metric = "persistent_cache_redis_connected",
    });

    [SkippableFact]
    public Task Redis_is_killed_and_comes_back_with_its_data() => Outage.RunAsync(
        new Fault("Redis", "Redis is killed and comes back with its data, slowly", "SIGKILL, later a start from the append-only file with a delay for every key (`LOADING`)")
        {
            Begin = static world => world.Redis.KillAsync(),
            End = static world => world.Redis.RestartAsync(),
            Metric = "persistent_cache_redis_connected",
        },
        new WorldOptions { RedisArguments = [.. WorldOptions.WhatIsConfirmedIsKept, "--key-load-delay", "200"] });

    [SkippableFact]
    public Task Redis_is_frozen() => Outage.RunAsync(new Fault("Redis", "Redis is frozen, its sockets stay open", "SIGSTOP, later SIGCONT")
    {
        Begin = static world =>
        {
            world.Redis.Send(Signal.Stop);
            return Task.CompletedTask;
        },
        End = static world =>
        {
            world.Redis.Send(Signal.Continue);
            return Task.CompletedTask;
        },
        Metric = "persistent_cache_redis_connected",
    });

    [SkippableFact]
    public Task Redis_is_killed_again_and_again() => Outage.RunAsync(
        new Fault("Redis", "Redis is killed five times in a row", "SIGKILL and start, five times")
        {
            Begin = static async world =>
            {
                for (var times = 0; times < 5; times++)
                {
                    await world.Redis.RestartAsync();
                    await Task.Delay(TimeSpan.FromMilliseconds(200 * times), TimeProvider.System, CancellationToken.None);
                }
            },
            Lasts = TimeSpan.Zero,
        },
        new WorldOptions { RedisArguments = WorldOptions.WhatIsConfirmedIsKept });
}
