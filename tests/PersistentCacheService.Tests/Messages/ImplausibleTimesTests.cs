using EntitlementCache.Messages;

namespace PersistentCacheService.Tests.Messages;

public sealed class ImplausibleTimesTests
{
    private const long Day = 86_400_000;

    [Theory]
    [InlineData(1577836799999, 1, 0)]
    [InlineData(1577836800000, 0, 0)]
    [InlineData(-62135596800000, 1, 0)]
    [InlineData(1777629600, 1, 0)]
    [InlineData(DecodedAs.SentTimestamp + Day, 0, 0)]
    [InlineData(DecodedAs.SentTimestamp + Day + 1, 0, 1)]
    public void Usage_time_is(long timestamp, int past, int future)
    {
        using var operation = DecodedAs.Operation<UpdateUsage>(
            $$$"""{"usage":{"customerId":"c","featureId":"f","currentUsage":1,"usageUpdatedAt":{{{timestamp}}}}}""");

        Assert.Equal((past, future), ImplausibleTimes.Count(operation, DecodedAs.SentTimestamp));
        Assert.Equal(timestamp, operation.Items[0].Timestamp);
    }

    [Fact]
    public void Time_of_the_entitlements_and_of_each_usage_key_counts()
    {
        using var operation = DecodedAs.Operation<SetCustomer>(
            """
            {"customerId":"c","entitlements":[
              {"entitlementUpdatedAt":0,"usageUpdatedAt":9999999999999,"feature":{"refId":"metered","featureType":"NUMBER","meterType":"Incremental"}},
              {"usageUpdatedAt":5,"feature":{"refId":"not-metered","featureType":"BOOLEAN"}}]}
            """);

        Assert.Equal((1, 1), ImplausibleTimes.Count(operation, DecodedAs.SentTimestamp));
    }

    [Fact]
    public void Zero_of_an_empty_list_is_no_time()
    {
        using var operation = DecodedAs.Operation<SetCustomer>("""{"customerId":"c","accessDeniedReason":"NoActiveSubscription","entitlements":[]}""");

        Assert.Equal((0, 0), ImplausibleTimes.Count(operation, DecodedAs.SentTimestamp));
    }

    [Fact]
    public void Without_a_sent_timestamp_no_time_is_too_late()
    {
        using var operation = DecodedAs.Operation<UpdateUsage>("""{"usage":{"customerId":"c","featureId":"f","currentUsage":1,"usageUpdatedAt":9999999999999}}""");

        Assert.Equal((0, 0), ImplausibleTimes.Count(operation, sentTimestamp: 0));
    }
}
