using EntitlementCache.Messages;

namespace PersistentCacheService.Tests.Messages;

public sealed class CacheOperationTests
{
    private static readonly CustomerIdentity One = new("customer-1"u8.ToArray(), "site-1"u8.ToArray());
    private static readonly CustomerIdentity Other = new("customer-2"u8.ToArray(), default);

    [Fact]
    public void Customer_of_a_list_of_one_is_that_one()
    {
        Assert.Equal(One, new Purge(MessageType.CachePurge, [One]).Customer);
        Assert.Equal(One, new Refresh(MessageType.CustomerChanged, [One], unknownType: null).Customer);
    }

    [Fact]
    public void Longer_list_is_about_no_single_customer()
    {
        Assert.True(new Purge(MessageType.CachePurge, [One, Other]).Customer.IsEmpty);
        Assert.True(new Refresh(MessageType.CustomerChanged, [One, Other], unknownType: null).Customer.IsEmpty);
    }
}
