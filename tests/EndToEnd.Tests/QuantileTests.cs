using EndToEnd.Measuring;
using EndToEnd.Processes;

namespace EndToEnd.Tests;

public sealed class QuantileTests
{
    [Theory]
    [InlineData(new double[0], null)]
    [InlineData(new[] { 3.0 }, 3.0)]
    [InlineData(new[] { 9.0, 1, 5 }, 5.0)]
    [InlineData(new[] { 4.0, 1, 2, 100 }, 3.0)]
    public void A_median_is_the_middle_of_the_sorted_values(double[] values, double? expected) =>
        Assert.Equal(expected, Quantile.Median(values.Select(static value => (double?)value)));

    [Fact]
    public void Values_that_are_unknown_do_not_count() => Assert.Equal(2, Quantile.Median([null, 2, null]));

    [Theory]
    [InlineData(0.25, 0.5)]
    [InlineData(0.5, 1)]
    [InlineData(0.75, 3)]
    [InlineData(1, 5)]
    public void A_quantile_is_interpolated_within_its_bucket(double share, double expected) =>
        Assert.Equal(expected, Quantile.OfGain([], [new(1, 50), new(5, 100), new(double.PositiveInfinity, 100)], share));

    [Fact]
    public void Only_what_was_gained_counts() =>
        Assert.Equal(3, Quantile.OfGain([new(1, 50), new(5, 50), new(double.PositiveInfinity, 50)], [new(1, 50), new(5, 60), new(double.PositiveInfinity, 60)], 0.5));

    [Fact]
    public void Beyond_the_last_bound_the_last_bound_is_the_answer() =>
        Assert.Equal(5, Quantile.OfGain([], [new(5, 1), new(double.PositiveInfinity, 100)], 0.99));

    [Fact]
    public void Without_gain_there_is_no_quantile() => Assert.Null(Quantile.OfGain([new(double.PositiveInfinity, 3)], [new(double.PositiveInfinity, 3)], 0.5));

    [Fact]
    public void A_page_of_metrics_is_read()
    {
        var page = Exposition.Parse("# HELP a b\n# TYPE a counter\na_total 12\nc{x=\"1\",y=\"a b\"} 1.5e3\nh_bucket{le=\"+Inf\"} 7\nh_bucket{le=\"0.5\"} 3\nh_count 7\n");
        Assert.Equal((12, 1500, null), (page.Value("a_total"), page.Value("c{x=\"1\",y=\"a b\"}"), page.Value("nothing")));
        Assert.Equal([new Bucket(0.5, 3), new Bucket(double.PositiveInfinity, 7)], page.Buckets("h"));
    }

    [Fact]
    public void The_kernels_figures_are_read_whatever_a_process_is_called()
    {
        const string Stat = "42 (a b) c) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 10 0 1000 1 2";
        Assert.Equal(new ProcFigures(3, 2, 4), ProcFigures.Parse(Stat, ["Name:\ta", "VmHWM:\t    4096 kB", "VmRSS:\t    2048 kB"]));
    }
}
