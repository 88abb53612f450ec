using EntitlementCache.Observability;
using TestKit;

namespace PersistentCacheService.Tests.Observability;

public sealed class LogBudgetTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void The_first_line_of_a_key_is_printed_the_next_ones_are_counted_until_the_interval_is_over()
    {
        var once = new LogBudget(TimeSpan.FromMinutes(1), _time);
        Assert.True(once.MayPrint("a", out var suppressed));
        Assert.Equal(0, suppressed);
        Assert.False(once.MayPrint("a", out _));
        Assert.False(once.MayPrint("a", out _));
        Assert.True(once.MayPrint("b", out _));

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(once.MayPrint("a", out suppressed));
        Assert.Equal(2, suppressed);
    }

    [Fact]
    public void A_budget_of_several_lines_is_spent_before_lines_are_suppressed()
    {
        var few = new LogBudget(TimeSpan.FromMinutes(1), _time, lines: 3);
        Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(_ => few.MayPrint("a", out var _)));

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(few.MayPrint("a", out var suppressed));
        Assert.Equal(2, suppressed);
    }

    [Fact]
    public void A_flood_of_keys_does_not_stop_it_from_working()
    {
        var once = new LogBudget(TimeSpan.FromMinutes(1), _time);
        for (var key = 0; key < 5000; key++)
        {
            Assert.True(once.MayPrint($"key {key}", out _));
        }

        Assert.False(once.MayPrint("key 4999", out _));
    }

    [Fact]
    public void A_flood_of_keys_prints_so_many_lines_in_all_and_the_next_line_tells_how_many_were_suppressed()
    {
        var bounded = new LogBudget(TimeSpan.FromMinutes(1), _time, linesInAll: 20);
        Assert.Equal(20, Enumerable.Range(0, 5000).Count(key => bounded.MayPrint($"key {key}", out _)));

        Assert.False(bounded.MayPrint("key 3", out _));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(bounded.MayPrint("key 3", out var suppressed));
        Assert.Equal(1 + 4980, suppressed);
        Assert.True(bounded.MayPrint("key 4999", out suppressed));
        Assert.Equal(0, suppressed);
        Assert.Equal(18, Enumerable.Range(0, 5000).Count(key => bounded.MayPrint($"new {key}", out _)));
    }

    [Fact]
    public void A_key_with_lines_left_prints_none_when_there_were_enough_in_all()
    {
        var bounded = new LogBudget(TimeSpan.FromMinutes(1), _time, lines: 2, linesInAll: 2);
        Assert.True(bounded.MayPrint("a", out _));
        Assert.True(bounded.MayPrint("b", out _));
        Assert.False(bounded.MayPrint("a", out _));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(bounded.MayPrint("c", out var suppressed));
        Assert.Equal(1, suppressed);
    }
}
