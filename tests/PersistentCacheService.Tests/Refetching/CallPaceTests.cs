using PersistentCacheService.Refetching;

namespace PersistentCacheService.Tests.Refetching;

public sealed class CallPaceTests
{
    [Theory]
    [InlineData(1, 1, 1000)]
    [InlineData(3, 1, 334)]
    [InlineData(9, 1, 112)]
    [InlineData(20, 2, 100)]
    [InlineData(37, 3, 82)]
    [InlineData(1000, 100, 100)]
    public void Grants_never_exceed_the_rate(int rate, int grant, int milliseconds)
    {
        using var pace = new CallPace(null!, rate, TimeProvider.System);

        Assert.Equal((grant, milliseconds), (pace.Grant, (int)pace.GrantTime.TotalMilliseconds));
        Assert.True(pace.Grant / pace.GrantTime.TotalSeconds <= rate);
    }
}
