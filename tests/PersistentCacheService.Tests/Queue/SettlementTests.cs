using FsCheck;
using FsCheck.Fluent;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue;

namespace PersistentCacheService.Tests.Queue;

public sealed class SettlementTests
{
    /// <summary>The whole table: every outcome, every reason, every receive count, with and without a redrive policy, stopping and not.</summary>
    public static TheoryData<string, string, string> Table => new()
    {
        { "Written", "Acknowledge", "Acknowledge" },
        { "SkippedOlder", "Acknowledge", "Acknowledge" },
        { "SkippedAbsent", "Acknowledge", "Acknowledge" },
        { "Purged", "Acknowledge", "Acknowledge" },
        { "Refreshed", "Acknowledge", "Acknowledge" },
        { "Ignored", "Acknowledge", "Acknowledge" },
        { "Unknown", "Acknowledge", "Acknowledge" },
        { "Malformed", "Leave", "Leave" },
        { "Failed", "Leave", "Leave" },
        { "Failed Stopping", "Return Stopping at once", "Return Stopping at once" },
        { "Failed RedisUnavailable", "Return RedisUnavailable later", "Return Stopping at once" },
        { "Failed CustomerLocked", "Return CustomerLocked later", "Return CustomerLocked later" },
        { "Failed WriteRefused", "Return WriteRefused later", "Return WriteRefused later" },
        { "Failed OutOfMemory", "Return OutOfMemory later", "Return OutOfMemory later" },
        { "Failed GroupOrder", "Return GroupOrder at once", "Return GroupOrder at once" },
        { "Failed EdgeApiUnavailable", "Return EdgeApiUnavailable later", "Return Stopping at once" },
        { "Failed EdgeApiBusy", "Return EdgeApiBusy later", "Return Stopping at once" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Every_result_is_settled_as_the_table_says(string result, string expected, string expectedWhenStopping)
    {
        var words = result.Split(' ');
        var handled = new Handled(Enum.Parse<MessageOutcome>(words[0])) { Reason = words.Length > 1 ? Enum.Parse<ReturnReason>(words[1]) : null };
        foreach (var receiveCount in (int[])[0, 1, 2, 4, 5, 6, 1000])
        {
            foreach (var maxReceiveCount in (int?[])[null, 1, 2, 5])
            {
                foreach (var random in (double[])[0, 0.5, 0.999])
                {
                    var delivery = new Delivery(receiveCount, maxReceiveCount, TimeSpan.FromSeconds(20), IsStopping: false);
                    Assert.Equal(expected, Describe(Settlement.Of(handled, delivery, random)));
                    Assert.Equal(expectedWhenStopping, Describe(Settlement.Of(handled, delivery with { IsStopping = true }, random)));
                }
            }
        }
    }

    [Fact]
    public void The_table_of_this_test_is_complete()
    {
        var outcomes = Enum.GetNames<MessageOutcome>().Concat(Enum.GetNames<ReturnReason>().Select(static reason => "Failed " + reason));
        Assert.Equal(outcomes.Order(StringComparer.Ordinal), Table.Select(static row => (string)row[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_message_returned_in_an_outage_stays_hidden_longer_than_any_open_long_poll() =>
        Prop.ForAll(Gen.Choose(0, 20).ToArbitrary(), Gen.Choose(0, 999).ToArbitrary(), static (wait, random) =>
        {
            var delay = Delay(ReturnReason.RedisUnavailable, 1, null, random / 1000.0, wait: wait);
            return delay.TotalSeconds > wait && delay.TotalSeconds <= wait + 11 && IsWhole(delay);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_refused_message_comes_back_within_half_and_all_of_a_doubling_delay() =>
        Prop.ForAll(Gen.Choose(0, 1000).ToArbitrary(), Gen.Choose(0, 999).ToArbitrary(), static (receives, random) =>
        {
            var delay = Delay(ReturnReason.WriteRefused, receives, null, random / 1000.0);
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
        Assert.Equal(shortest, Delay(ReturnReason.CustomerLocked, receiveCount, maxReceiveCount, 0).TotalSeconds);
        Assert.InRange(Delay(ReturnReason.CustomerLocked, receiveCount, maxReceiveCount, 0.999).TotalSeconds, shortest, longest);
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
            sinceFirst += TimeSpan.FromSeconds(20) + Delay(ReturnReason.CustomerLocked, receiveCount, maxReceiveCount, 0);
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
        Assert.Equal(shortest, Delay(ReturnReason.EdgeApiUnavailable, receiveCount, maxReceiveCount, 0, retryIn: retryIn).TotalSeconds);
        Assert.InRange(Delay(ReturnReason.EdgeApiUnavailable, receiveCount, maxReceiveCount, 0.999, retryIn: retryIn).TotalSeconds, shortest, longest);
    }

    private static string Describe(in Settlement settlement) => settlement.Action switch
    {
        SettlementAction.Return when settlement.Delay == TimeSpan.Zero => $"Return {settlement.Reason} at once",
        SettlementAction.Return when IsWhole(settlement.Delay) && settlement.Delay < TimeSpan.FromHours(12) => $"Return {settlement.Reason} later",
        SettlementAction.Return => $"Return {settlement.Reason} after {settlement.Delay}, which SQS does not take",
        _ => $"{settlement.Action}",
    };

    private static TimeSpan Delay(ReturnReason reason, int receiveCount, int? maxReceiveCount, double random, int retryIn = 0, int wait = 20) => Settlement.Of(
        Handled.Failed(reason) with { RetryIn = TimeSpan.FromSeconds(retryIn) },
        new Delivery(receiveCount, maxReceiveCount, TimeSpan.FromSeconds(wait), IsStopping: false),
        random).Delay;
}
