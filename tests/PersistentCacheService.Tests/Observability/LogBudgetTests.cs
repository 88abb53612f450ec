using PersistentCacheService.Observability;
using TestKit;

namespace PersistentCacheService.Tests.Observability;

public sealed class LogBudgetTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void The_first_line_of_a_key_is_printed_the_next_ones_are_counted_until_the_interval_is_over()
    {
        var once = new LogBudget(TimeSpan.FromMinutes(1), _time);
        Assert.True(once.MayPrint("a", out var heldBack));
        Assert.Equal(0, heldBack);
        Assert.False(once.MayPrint("a", out _));
        Assert.False(once.MayPrint("a", out _));
        Assert.True(once.MayPrint("b", out _));

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(once.MayPrint("a", out heldBack));
        Assert.Equal(2, heldBack);
    }

    [Fact]
    public void A_budget_of_several_lines_is_spent_before_lines_are_held_back()
    {
        var few = new LogBudget(TimeSpan.FromMinutes(1), _time, lines: 3);
        Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(_ => few.MayPrint("a", out var _)));

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(few.MayPrint("a", out var heldBack));
        Assert.Equal(2, heldBack);
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
}
