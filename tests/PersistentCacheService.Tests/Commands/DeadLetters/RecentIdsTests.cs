using PersistentCacheService.Commands.DeadLetters;

namespace PersistentCacheService.Tests.Commands.DeadLetters;

public sealed class RecentIdsTests
{
    [Fact]
    public void The_oldest_is_forgotten_first()
    {
        var ids = new RecentIds(2);
        Array.ForEach(["a", "b", "b", "a", "c"], ids.Add);

        Assert.Equal((false, true, true), (ids.Contains("a"), ids.Contains("b"), ids.Contains("c")));
    }
}
