using EntitlementCache.EdgeApi;
using FsCheck;
using FsCheck.Fluent;
using TestKit;

namespace PersistentCacheService.Tests.EdgeApi;

public sealed class EdgeBreakerTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly EdgeBreaker _breaker;

    public EdgeBreakerTests() => _breaker = new EdgeBreaker(_time, static () => 0);

    [Fact]
    public void It_opens_after_the_tolerated_failures_in_a_row_and_not_before()
    {
        for (var i = 1; i < EdgeBreaker.Tolerated; i++)
        {
            Assert.True(_breaker.TryEnter(out _));
            Assert.False(_breaker.Failed(atOnce: false, null));
        }

        Assert.False(_breaker.IsOpen);
        Assert.True(_breaker.Failed(atOnce: false, null));
        Assert.False(_breaker.TryEnter(out var retryIn));
        Assert.Equal(EdgeBreaker.FirstPause / 2, retryIn);
    }

    [Fact]
    public void A_success_in_between_starts_the_count_anew()
    {
        Fail(EdgeBreaker.Tolerated - 1);
        _breaker.Succeeded();
        Fail(EdgeBreaker.Tolerated - 1);
        Assert.False(_breaker.IsOpen);
    }

    [Fact]
    public void After_the_pause_one_call_probes_alone_and_its_success_closes()
    {
        Open();
        Assert.True(_breaker.TryEnter(out _));
        Assert.False(_breaker.TryEnter(out var retryIn));
        Assert.True(retryIn > TimeSpan.Zero);

        _breaker.Succeeded();
        Assert.True(_breaker.TryEnter(out _));
        Assert.False(_breaker.IsOpen);
    }

    [Fact]
    public void A_failed_probe_makes_the_next_pause_longer_and_a_forgotten_one_lets_the_next_probe()
    {
        Open();
        Assert.True(_breaker.TryEnter(out _));
        Assert.False(_breaker.Failed(atOnce: false, null));
        Assert.Equal(EdgeBreaker.FirstPause, _breaker.Remaining);

        _time.Advance(EdgeBreaker.FirstPause);
        Assert.True(_breaker.TryEnter(out _));
        _breaker.Forgotten();
        Assert.True(_breaker.TryEnter(out _));
    }

    [Fact]
    public void Failures_of_calls_that_began_before_do_not_prolong_the_pause()
    {
        Fail(EdgeBreaker.Tolerated);
        var remaining = _breaker.Remaining;
        Fail(20);
        Assert.Equal(remaining, _breaker.Remaining);
    }

    [Fact]
    public void A_refused_key_and_a_retry_after_open_at_once()
    {
        Assert.True(_breaker.Failed(atOnce: true, null));
        _breaker.Succeeded();
        Assert.True(_breaker.Failed(atOnce: false, TimeSpan.FromSeconds(90)));
        Assert.Equal(TimeSpan.FromSeconds(90), _breaker.Remaining);
    }

    [Fact]
    public void Pauses_stay_within_their_bounds_and_never_shrink_below_half_of_the_first() => Prop.ForAll(
        Gen.Choose(0, 1_000_000).Zip(Gen.Choose(0, 999)).ToArbitrary(),
        pair =>
        {
            var pause = EdgeBreaker.NextPause(pair.Item1, pair.Item2 / 1000.0);
            return pause >= EdgeBreaker.FirstPause / 2 && pause <= EdgeBreaker.LongestPause;
        }).QuickCheckThrowOnFailure();

    private void Fail(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _breaker.Failed(atOnce: false, null);
        }
    }

    private void Open()
    {
        Fail(EdgeBreaker.Tolerated);
        _time.Advance(EdgeBreaker.FirstPause / 2);
    }
}
