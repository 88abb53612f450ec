using PersistentCacheService.Queue;
using TestKit;

namespace PersistentCacheService.Tests.Queue;

public sealed class QueueLanesTests
{
    [Theory]
    [InlineData(16, 1, new[] { 16 })]
    [InlineData(16, 2, new[] { 8, 8 })]
    [InlineData(16, 4, new[] { 10, 2, 2, 2 })]
    [InlineData(3, 2, new[] { 2, 1 })]
    [InlineData(1, 3, new[] { 1, 1, 1 })]
    public void The_first_queue_has_at_least_half_of_the_calls_and_each_has_one(int concurrency, int queues, int[] shares) =>
        Assert.Equal(shares, QueueLanes.EdgeShares(concurrency, queues));

    [Fact]
    public void The_lag_is_the_largest_of_about_the_last_minute()
    {
        var time = new ManualTimeProvider();
        var lag = new QueueLag(time);
        Assert.Equal(TimeSpan.Zero, lag.Largest);
        lag.Record(TimeSpan.FromSeconds(9));
        lag.Record(TimeSpan.FromSeconds(3));
        time.Advance(TimeSpan.FromSeconds(31));
        lag.Record(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(9), lag.Largest);
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(TimeSpan.FromSeconds(1), lag.Largest);
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.Zero, lag.Largest);
    }
}
