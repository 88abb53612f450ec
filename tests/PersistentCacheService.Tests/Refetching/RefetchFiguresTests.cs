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

    [Fact]
    public void More_than_all_is_all() => Assert.Equal(1, new RefetchFigures(30, 20, 0, 1).Share);
}
