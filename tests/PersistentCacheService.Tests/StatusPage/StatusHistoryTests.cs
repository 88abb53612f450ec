using PersistentCacheService.StatusPage;

namespace PersistentCacheService.Tests.StatusPage;

public sealed class StatusHistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly StatusHistory _history = new();

    [Fact]
    public void Before_the_first_interval_there_is_nothing() => Assert.Equal((0, null), (_history.Read().Points.Count, _history.Read().End));

    [Fact]
    public void It_spans_an_hour() => Assert.Equal(TimeSpan.FromHours(1), StatusHistory.Interval * StatusHistory.Capacity);

    [Theory]
    [InlineData(1)]
    [InlineData(StatusHistory.Capacity - 1)]
    [InlineData(StatusHistory.Capacity)]
    [InlineData(StatusHistory.Capacity + 1)]
    [InlineData((3 * StatusHistory.Capacity) + 7)]
    public void The_newest_points_are_kept_in_order_and_no_more_than_an_hour_of_them(int added)
    {
        for (var i = 1; i <= added; i++)
        {
            _history.Add(default(HistoryPoint) with { Processed = i }, Start + (i * StatusHistory.Interval));
        }

        var (points, end) = _history.Read();
        var kept = Math.Min(added, StatusHistory.Capacity);
        Assert.Equal(Enumerable.Range(added - kept + 1, kept).Select(static i => (double)i), points.Select(static point => point.Processed));
        Assert.Equal(Start + (added * StatusHistory.Interval), end);
    }
}
