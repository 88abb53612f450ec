using EntitlementCache.Redis;
using FsCheck;
using FsCheck.Fluent;

namespace PersistentCacheService.Tests.Redis;

public sealed class ReconnectBackoffTests
{
    private static readonly Arbitrary<double> Random01 = Gen.Choose(0, 999_999).Select(n => n / 1_000_000.0).ToArbitrary();
    private static readonly Arbitrary<int> Attempts = Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Fact]
    public void Every_wait_is_between_floor_and_cap() => Prop.ForAll(Attempts, Random01, (attempt, random) =>
    {
        var wait = ReconnectBackoff.Next(attempt, needsOperator: false, random);
        return wait >= ReconnectBackoff.Floor && wait <= ReconnectBackoff.Cap;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_later_attempt_never_waits_less_by_the_same_chance() => Prop.ForAll(Gen.Choose(0, 40).ToArbitrary(), Random01, (attempt, random) =>
        ReconnectBackoff.Next(attempt, needsOperator: false, random) <= ReconnectBackoff.Next(attempt + 1, needsOperator: false, random))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Where_an_operator_is_needed_the_wait_is_near_the_cap_at_once() => Prop.ForAll(Attempts, Random01, (attempt, random) =>
    {
        var wait = ReconnectBackoff.Next(attempt, needsOperator: true, random);
        return wait >= ReconnectBackoff.Cap / 2 && wait <= ReconnectBackoff.Cap;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_first_wait_is_50_to_100_ms_and_chance_spreads_later_ones_over_the_whole_range()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(50), ReconnectBackoff.Next(0, needsOperator: false, 0));
        Assert.InRange(ReconnectBackoff.Next(0, needsOperator: false, 0.999), TimeSpan.FromMilliseconds(99), TimeSpan.FromMilliseconds(100));
        Assert.Equal(TimeSpan.FromMilliseconds(50), ReconnectBackoff.Next(20, needsOperator: false, 0));
        Assert.InRange(ReconnectBackoff.Next(20, needsOperator: false, 0.999), TimeSpan.FromSeconds(4.9), TimeSpan.FromSeconds(5));
    }
}
