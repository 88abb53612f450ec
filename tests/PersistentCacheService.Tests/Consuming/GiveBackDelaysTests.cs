using FsCheck;
using FsCheck.Fluent;
using PersistentCacheService.Consuming;

namespace PersistentCacheService.Tests.Consuming;

public sealed class GiveBackDelaysTests
{
    [Fact]
    public void A_message_returned_in_an_outage_stays_hidden_longer_than_any_open_long_poll() =>
        Prop.ForAll(Gen.Choose(0, 20).ToArbitrary(), Gen.Choose(0, 999).ToArbitrary(), static (wait, random) =>
        {
            var delay = GiveBackDelays.Outage(TimeSpan.FromSeconds(wait), random / 1000.0);
            return delay.TotalSeconds > wait && delay.TotalSeconds <= wait + 11 && IsWhole(delay);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_refused_message_comes_back_within_half_and_all_of_a_doubling_delay() =>
        Prop.ForAll(Gen.Choose(0, 1000).ToArbitrary(), Gen.Choose(0, 999).ToArbitrary(), static (receives, random) =>
        {
            var delay = GiveBackDelays.Refusal(receives, random / 1000.0);
            var full = Math.Min(10 * Math.Pow(2, Math.Max(0, receives - 1)), 600);
            return delay.TotalSeconds >= full / 2 && delay.TotalSeconds <= full && IsWhole(delay);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1, null, 8, 15)]
    [InlineData(2, null, 15, 30)]
    [InlineData(50, null, 300, 600)]
    [InlineData(1, 5, 8, 15)]
    [InlineData(4, 5, 450, 900)]
    public void A_locked_customers_message_outlives_a_dead_SDKs_lock_and_waits_longer_each_time(int receiveCount, int? maxReceiveCount, int shortest, int longest)
    {
        Assert.Equal(shortest, GiveBackDelays.Lock(receiveCount, maxReceiveCount, 0).TotalSeconds);
        Assert.InRange(GiveBackDelays.Lock(receiveCount, maxReceiveCount, 0.999).TotalSeconds, shortest, longest);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(10)]
    public void A_lock_held_for_eight_minutes_moves_no_message_to_the_dead_letter_queue(int maxReceiveCount)
    {
        // Each delivery tries for 20 s first; the shortest delays are the worst case.
        var sinceFirst = TimeSpan.Zero;
        for (var receiveCount = 1; receiveCount < maxReceiveCount; receiveCount++)
        {
            sinceFirst += TimeSpan.FromSeconds(20) + GiveBackDelays.Lock(receiveCount, maxReceiveCount, 0);
        }

        Assert.True(sinceFirst + TimeSpan.FromSeconds(20) > TimeSpan.FromMinutes(8), $"The last delivery comes {sinceFirst} after the first.");
    }

    private static bool IsWhole(TimeSpan delay) => delay.Ticks % TimeSpan.TicksPerSecond == 0;

    [Theory]
    [InlineData(1, null, 0, 8, 15)]
    [InlineData(2, null, 0, 15, 30)]
    [InlineData(50, null, 0, 450, 900)]
    [InlineData(1, 3, 0, 8, 15)]
    [InlineData(2, 3, 0, 900, 1800)]
    [InlineData(1, null, 120, 120, 240)]
    public void A_refresh_waits_longer_each_time_longest_before_its_last_delivery_and_never_less_than_the_api_asks(
        int receiveCount, int? maxReceiveCount, int retryIn, int shortest, int longest)
    {
        Assert.Equal(shortest, GiveBackDelays.EdgeApi(receiveCount, maxReceiveCount, TimeSpan.FromSeconds(retryIn), 0).TotalSeconds);
        Assert.InRange(GiveBackDelays.EdgeApi(receiveCount, maxReceiveCount, TimeSpan.FromSeconds(retryIn), 0.999).TotalSeconds, shortest, longest);
    }
}
