using FsCheck;
using FsCheck.Fluent;
using TestKit;

namespace PersistentCacheService.Sentry.Tests;

public sealed class EventThrottleTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void A_burst_passes_then_one_per_refill_and_it_says_how_many_were_held_back()
    {
        var throttle = new EventThrottle<string>(burst: 2, TimeSpan.FromSeconds(10), _time);

        Assert.True(throttle.TryPass("a", carried: 0, out _));
        Assert.True(throttle.TryPass("a", carried: 0, out _));
        Assert.False(throttle.TryPass("a", carried: 0, out _));
        Assert.False(throttle.TryPass("a", carried: 3, out _));
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(throttle.TryPass("a", carried: 0, out _));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(throttle.TryPass("a", carried: 1, out var suppressed));
        Assert.Equal(1 + (1 + 3) + 1 + 1, suppressed);
    }

    [Fact]
    public void Kinds_do_not_hold_each_other_back()
    {
        var throttle = new EventThrottle<string>(burst: 1, TimeSpan.FromSeconds(10), _time);

        Assert.True(throttle.TryPass("a", carried: 0, out _));
        Assert.True(throttle.TryPass("b", carried: 0, out _));
        Assert.False(throttle.TryPass("a", carried: 0, out _));
    }

    [Fact]
    public void Endless_new_kinds_do_not_fill_the_memory()
    {
        var throttle = new EventThrottle<int>(burst: 1, TimeSpan.FromHours(1), _time);

        for (var kind = 0; kind < 10_000; kind++)
        {
            throttle.TryPass(kind, carried: 0, out _);
        }

        Assert.InRange(throttle.RememberedKinds, 1, 256);
    }

    [Fact]
    public void Whatever_the_arrivals_no_more_pass_than_allowed_and_none_goes_uncounted() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            pauses =>
            {
                var time = new ManualTimeProvider();
                var throttle = new EventThrottle<string>(burst: 3, TimeSpan.FromSeconds(20), time);
                int passed = 0, spokenFor = 0, heldBackSince = 0, elapsed = 0;
                foreach (var pause in pauses)
                {
                    time.Advance(TimeSpan.FromSeconds(pause % 30));
                    elapsed += pause % 30;
                    if (throttle.TryPass("a", carried: 0, out var suppressed))
                    {
                        passed++;
                        spokenFor += suppressed;
                        heldBackSince = 0;
                    }
                    else
                    {
                        heldBackSince++;
                    }
                }

                return passed <= 3 + (elapsed / 20.0) && passed + spokenFor + heldBackSince == pauses.Length;
            })
            .QuickCheckThrowOnFailure();
}
