using PersistentCacheService.Sqs.Signing;
using TestKit;

namespace PersistentCacheService.Sqs.Tests.Signing;

public sealed class ServerClockTests
{
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(20)]
    [InlineData(-20)]
    [InlineData(60 * 24 * 365)]
    public void Clock_far_from_the_servers_is_corrected(int minutes)
    {
        var clock = new ServerClock(_time);
        var server = _time.GetUtcNow().AddMinutes(minutes);
        Assert.True(clock.Correct(server));
        Assert.Equal(server, clock.Now);
        Assert.Equal(TimeSpan.FromMinutes(minutes), clock.Offset);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-3)]
    public void Clock_near_the_servers_is_left_alone(int minutes)
    {
        var clock = new ServerClock(_time);
        Assert.False(clock.Correct(_time.GetUtcNow().AddMinutes(minutes)));
        Assert.Equal(TimeSpan.Zero, clock.Offset);
    }

    [Fact]
    public void Local_clock_that_is_put_right_is_corrected_back()
    {
        var clock = new ServerClock(_time);
        Assert.True(clock.Correct(_time.GetUtcNow().AddMinutes(20)));
        _time.Advance(TimeSpan.FromMinutes(20)); // NTP sets the clock: the server's time has not moved
        Assert.True(clock.Correct(_time.GetUtcNow()));
        Assert.Equal(TimeSpan.Zero, clock.Offset);
    }
}
