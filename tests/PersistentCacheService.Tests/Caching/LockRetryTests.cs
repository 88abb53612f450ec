using EntitlementCache.Caching;

namespace PersistentCacheService.Tests.Caching;

public sealed class LockRetryTests
{
    private const int DefaultAttempts = 240;

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public void Default_attempts_outlive_a_crashed_holders_lock_of_5_s_twice_at_least(double random)
    {
        var total = Enumerable.Range(1, DefaultAttempts - 1).Sum(attempt => LockRetry.DelayAfter(attempt, random).TotalSeconds);

        Assert.InRange(total, 10, 40);
    }

    [Fact]
    public void First_wait_is_short_and_later_ones_stay_bounded()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(10), LockRetry.DelayAfter(1, 0.5));
        Assert.Equal(TimeSpan.FromMilliseconds(100), LockRetry.DelayAfter(1000, 0.5));
        Assert.Equal(TimeSpan.FromMilliseconds(50), LockRetry.DelayAfter(1000, 0));
    }
}
