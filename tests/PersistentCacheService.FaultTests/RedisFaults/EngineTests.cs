using PersistentCacheService.FaultTests.World;
using TestKit;

namespace PersistentCacheService.FaultTests.RedisFaults;

/// <summary>Every engine at hand: a drain under load, in the middle of which it is killed and comes back empty. The rest of the faults: make engines.</summary>
public sealed class EngineTests
{
    public static TheoryData<string> Engines => [.. RedisEngine.Names];

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public Task An_engine_is_killed_under_load_and_comes_back(string name) => Outage.RunAsync(
        new Fault("Engine", $"{name} is killed and comes back empty", "SIGKILL, later a start without data")
        {
            Begin = static world => world.Redis.KillAsync(),
            End = static world => world.Redis.RestartAsync(),
            Lasts = TimeSpan.Zero,
            RedisLosesData = true,
        },
        new WorldOptions { Engine = RedisEngine.Demand(name) });
}
