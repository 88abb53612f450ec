using System.Text;
using EntitlementCache.Messages;

namespace PersistentCacheService.Tests.Messages;

public sealed class EntitlementsStateTests
{
    private static readonly CustomerIdentity Customer = new("customer-1"u8.ToArray(), "site-1"u8.ToArray());

    [Fact]
    public void State_is_a_set_customer_for_whom_was_asked()
    {
        using var operation = Assert.IsType<SetCustomer>(Decode(
            """{"data":{"entitlementsState":{"accessDeniedReason":null,"entitlementsV2":[{"feature":{"refId":"f","featureType":"BOOLEAN"},"entitlementUpdatedAt":9}]}}}"""));

        Assert.Equal(Customer, operation.Customer);
        Assert.Equal(9, operation.Timestamp);
        Assert.Equal("BOOLEAN", operation.Entitlements[0].FeatureType.GetString());
    }

    [Fact]
    public void Nobodys_state_is_a_purge() =>
        Assert.IsType<Purge>(Decode("""{"errors":[],"data":{"entitlementsState":{"entitlementsV2":[]}}}"""));

    [Theory]
    [InlineData("", "not valid JSON at line 0, byte 0")]
    [InlineData("[]", "the answer is not an object")]
    [InlineData("""{"errors":[{"message":"secret"}],"data":{"entitlementsState":{"entitlementsV2":[]}}}""", "the answer carries errors")]
    [InlineData("{}", "data is missing or null")]
    [InlineData("""{"data":{"entitlementsState":null}}""", "data.entitlementsState is missing or null")]
    [InlineData("""{"data":{"entitlementsState":{}}}""", "data.entitlementsState.entitlementsV2 is missing or null")]
    public void Refusal_says_what_is_wrong(string answer, string reason) => Assert.Equal(reason, Assert.IsType<Malformed>(Decode(answer)).Reason);

    private static CacheOperation Decode(string answer) => EntitlementsState.Decode(Encoding.UTF8.GetBytes(answer), Customer, sentTimestamp: 7);
}
