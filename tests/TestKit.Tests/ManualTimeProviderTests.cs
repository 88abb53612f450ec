namespace TestKit.Tests;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Time_stands_still_until_it_is_advanced()
    {
        var before = _time.GetTimestamp();

        Assert.Equal(ManualTimeProvider.DefaultStart, _time.GetUtcNow());
        _time.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(ManualTimeProvider.DefaultStart + TimeSpan.FromMinutes(3), _time.GetUtcNow());
        Assert.Equal(TimeSpan.FromMinutes(3), _time.GetElapsedTime(before));
    }

    [Fact]
    public async Task A_delay_ends_when_its_time_is_reached_and_not_before()
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(10), _time, CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.False(delay.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await delay.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
        Assert.Equal(0, _time.WaitingTimers);
    }

    [Fact]
    public void Timers_fire_in_the_order_of_their_moments_each_at_its_own()
    {
        var fired = new List<(string Name, double Second)>();
        using var late = Timer("late", fired, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        using var periodic = Timer("periodic", fired, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));

        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal([("periodic", 2), ("periodic", 4), ("late", 5), ("periodic", 6)], fired);
    }

    [Fact]
    public void A_disposed_timer_does_not_fire()
    {
        var fired = new List<(string Name, double Second)>();
        Timer("gone", fired, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan).Dispose();

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Empty(fired);
    }

    [Fact]
    public void Advancing_to_the_next_timer_says_how_far_that_was()
    {
        using var timer = Timer("only", [], TimeSpan.FromSeconds(7), Timeout.InfiniteTimeSpan);

        Assert.Equal(TimeSpan.FromSeconds(7), _time.AdvanceToNextTimer());
        Assert.Null(_time.AdvanceToNextTimer());
    }

    [Fact]
    public async Task A_cancellation_source_with_a_deadline_follows_the_manual_time()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);

        _time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.HoldsAsync(() => source.IsCancellationRequested, "the deadline has cancelled");
    }

    private ITimer Timer(string name, List<(string Name, double Second)> fired, TimeSpan due, TimeSpan period) =>
        _time.CreateTimer(_ => fired.Add((name, _time.GetElapsedTime(0).TotalSeconds)), null, due, period);
}
