using System.Runtime.CompilerServices;
using PersistentCacheService.FaultTests.World;
using TestKit.Faults;

namespace PersistentCacheService.FaultTests.RedisFaults;

/// <summary>Faults of the way to Redis.</summary>
internal static class Line
{
    /// <summary>Runs a plan of the proxy as a fault.</summary>
    public static Task RunAsync(string title, string injection, FaultPlan plan, Expectation readyz, [CallerMemberName] string test = "")
    {
        var fault = new Fault("Redis", title, injection)
        {
            Begin = world =>
            {
                world.RedisProxy.Apply(plan);
                return Task.CompletedTask;
            },
            End = static world =>
            {
                world.RedisProxy.Heal();
                return Task.CompletedTask;
            },
            Readyz = readyz,
        };
        return Outage.RunAsync(fault, test: test);
    }
}
