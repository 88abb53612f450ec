using LocalSqs.Queues;

namespace LocalSqs.Tests.Queues;

public sealed class HeldTimesTests
{
    [Fact]
    public void Without_times_there_is_no_quantile() => Assert.Null(new HeldTimes().Quantile(0.5));

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.017)]
    [InlineData(1.5)]
    [InlineData(2000)]
    [InlineData(43_200_000)]
    public void A_quantile_is_at_most_a_sixteenth_above_the_time(double milliseconds)
    {
        var times = new HeldTimes();
        times.Add((long)(milliseconds * TimeSpan.TicksPerMillisecond));
        Assert.InRange(times.Quantile(0.5)!.Value, milliseconds, (milliseconds * 17 / 16) + 0.001);
    }

    [Fact]
    public void Quantiles_are_those_of_the_sorted_times()
    {
        var times = new HeldTimes();
        foreach (var milliseconds in Enumerable.Range(1, 1000))
        {
            times.Add(milliseconds * TimeSpan.TicksPerMillisecond);
        }

        Assert.InRange(times.Quantile(0.5)!.Value, 500, 532);
        Assert.InRange(times.Quantile(0.99)!.Value, 990, 1052);
        times.Clear();
        Assert.Null(times.Quantile(0.99));
    }
}
