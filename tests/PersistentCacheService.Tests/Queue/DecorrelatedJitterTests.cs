using FsCheck;
using FsCheck.Fluent;
using PersistentCacheService.Queue;

namespace PersistentCacheService.Tests.Consuming;

public sealed class DecorrelatedJitterTests
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    [Fact]
    public void A_pause_is_never_shorter_than_the_shortest_longer_than_the_longest_or_more_than_three_times_the_last() =>
        Prop.ForAll(Gen.Choose(0, 30_000).ToArbitrary(), Gen.Choose(0, 999_999).ToArbitrary(), static (milliseconds, random) =>
        {
            var previous = TimeSpan.FromMilliseconds(milliseconds);
            var pause = DecorrelatedJitter.Next(previous, Shortest, Longest, random / 1_000_000.0);
            var ceiling = previous < Shortest ? Shortest * 3 : previous * 3;
            return pause >= Shortest && pause <= Longest && pause <= ceiling;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Pauses_of_a_lasting_failure_grow_to_the_longest()
    {
        var pause = TimeSpan.Zero;
        for (var attempt = 0; attempt < 10; attempt++)
        {
            pause = DecorrelatedJitter.Next(pause, Shortest, Longest, 0.999);
        }

        Assert.InRange(pause, Longest * 0.99, Longest);
    }

    [Fact]
    public void Two_clients_with_different_luck_part_ways() =>
        Assert.NotEqual(DecorrelatedJitter.Next(Shortest, Shortest, Longest, 0.1), DecorrelatedJitter.Next(Shortest, Shortest, Longest, 0.9));
}
