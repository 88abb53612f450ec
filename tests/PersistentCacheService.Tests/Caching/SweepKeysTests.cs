using EntitlementCache.Caching;

namespace PersistentCacheService.Tests.Caching;

/// <summary>Replicas of different versions share these keys while a rollout lasts.</summary>
public sealed class SweepKeysTests
{
    [Fact]
    public void Keys_of_a_sweep()
    {
        var keys = new SweepKeys("production");

        Assert.Equal(
            ["production!sweep", "production!sweep:request", "production!sweep:lease", "production!sweep:pace", "production!sweep:again"],
            [keys.Sweep, keys.Request, keys.Lease, keys.Pace, keys.SecondPace]);
    }

    [Fact]
    public void Keys_of_an_audit() => Assert.Equal("production!audit:lease", new SweepKeys("production", "audit").Lease);
}
