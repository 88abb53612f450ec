using EntitlementCache.Messages.Json;

namespace PersistentCacheService.Tests.Messages.Json;

public sealed class MemberTableTests
{
    [Fact]
    public void Name_that_is_not_in_the_table_cannot_be_asked_for()
    {
        var refused = Assert.Throws<ArgumentException>(static () => new MemberTable("alpha").IndexOf("beta"));

        Assert.StartsWith("The table has no beta.", refused.Message, StringComparison.Ordinal);
    }
}
