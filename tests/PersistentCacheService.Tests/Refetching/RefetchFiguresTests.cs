using PersistentCacheService.Commands;
using PersistentCacheService.Refetching;

namespace PersistentCacheService.Tests.Refetching;

public sealed class RefetchFiguresTests
{
    [Theory]
    [InlineData(5_000, 20_000L, 0, 19.84, "5,000 of 20,000 customers, 19.8/s, 12 min 37 s left")]
    [InlineData(5_000, 20_000L, 3, 0, "5,000 of 20,000 customers, 3 failed, 0.0/s")]
    [InlineData(20_005, 20_000L, 0, 1_000, "20,005 of 20,000 customers, 1,000.0/s, 0 s left")]
    [InlineData(0, null, 0, 0, "counting the customers")]
    [InlineData(1, 1_000_001L, 0, 20, "1 of 1,000,001 customers, 20.0/s, 13 h 53 min left")]
    public void It_is_one_line_for_people(long done, long? total, long failed, double perSecond, string expected) =>
        Assert.Equal(expected, new RefetchFigures(done, total, failed, perSecond).ToString());

    [Theory]
    [InlineData(0, "[..............................]")]
    [InlineData(0.5, "[###############...............]")]
    [InlineData(1, "[##############################]")]
    public void The_bar_is_as_full_as_the_work_is_done(double share, string expected) => Assert.Equal(expected, ProgressDisplay.Bar(share));

    [Fact]
    public void More_than_all_is_all() => Assert.Equal(1, new RefetchFigures(30, 20, 0, 1).Share);

    [Fact]
    public async Task A_terminal_has_one_line_that_is_written_over_and_a_file_has_each_once()
    {
        var figures = new RefetchFigures(1, 4, 0, 2);
        using var terminal = new StringWriter();
        using var file = new StringWriter { NewLine = "\n" };
        foreach (var display in new[] { new ProgressDisplay(terminal, isTerminal: true), new ProgressDisplay(file, isTerminal: false) })
        {
            await display.ShowAsync(figures, "");
            await display.ShowAsync(figures, "");
            await display.ShowAsync(figures, "the Edge API: throttled");
            await display.LeaveAsync();
        }

        Assert.Equal("1 of 4 customers, 2.0/s, 2 s left\n1 of 4 customers, 2.0/s, 2 s left (the Edge API: throttled)\n", file.ToString());
        Assert.Equal(4, terminal.ToString().Split('\r').Length);
        Assert.Single(terminal.ToString(), static c => c == '\n');
    }
}
