using EntitlementCache.Messages;

namespace PersistentCacheService.Tests.Messages;

/// <summary>A message that is refused says of which kind it is and where decoding stopped.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("""{"type":"usageUpdated","usage":{"customerId":"c","featureId":7,"currentUsage":1}}""", "UsageUpdated", "usage.featureId")]
    [InlineData("""{"type":"usageUpdated","usage":{"customerId":"c"},"usage":{}}""", "None", "usage")]
    [InlineData("""{"type":"entitlementsUpdated","customerId":"c","entitlements":{}}""", "EntitlementsUpdated", "entitlements")]
    [InlineData("""{"type":"entitlementsUpdated","entitlements":[]}""", "EntitlementsUpdated", "customerId")]
    [InlineData("""{"type":"purge","customers":[{"id":"c"},{}]}""", "CachePurge", "customers[1].customerId")]
    [InlineData("""{"type":"purge","customers":[{"id":"c"},7]}""", "CachePurge", "customers[1]")]
    [InlineData("""{"type":"purge","customers":[{"id":"c"}],"customerIds":["d",7]}""", "CachePurge", "customerIds[1]")]
    public void Type_and_path_are_told(string body, string type, string path)
    {
        using var refused = DecodedAs.Operation<Malformed>(body);

        Assert.Equal((type, path), (refused.Type.ToString(), refused.Path));
    }

    [Fact]
    public void Reason_says_what_a_member_is_not() =>
        Assert.Equal("entitlements is not an array", DecodedAs.MalformedReason("""{"type":"entitlementsUpdated","customerId":"c","entitlements":{}}"""));

    [Fact]
    public void Resource_without_a_customer_is_not_read() =>
        Assert.IsType<Ignore>(DecodedAs.Any("""{"type":"SUBSCRIPTION_CREATED","resourceId":7}"""));

    [Fact]
    public void Id_of_a_purge_is_not_that_of_a_customer() =>
        Assert.IsNotType<Purge>(DecodedAs.Any("""{"type":"purge","id":"message-1"}"""));
}
