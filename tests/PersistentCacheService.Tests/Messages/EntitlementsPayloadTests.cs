using System.Text;
using EntitlementCache.Messages;

namespace PersistentCacheService.Tests.Messages;

public sealed class EntitlementsPayloadTests
{
    [Fact]
    public void First_valid_time_of_an_entitlement_is_the_time_of_all()
    {
        using var operation = DecodedAs.Operation<SetCustomer>(Message(
            Feature("a", "\"entitlementUpdatedAt\":\"nonsense\""), Feature("b", "\"entitlementUpdatedAt\":77"), Feature("c", "\"entitlementUpdatedAt\":99")));

        Assert.Equal(77, operation.Timestamp);
    }

    [Fact]
    public void Entitlement_that_occurs_twice_counts_as_the_last()
    {
        using var operation = DecodedAs.Operation<SetCustomer>(Message(
            Feature("a", "\"usageLimit\":1"), Feature("b"), Feature("a", "\"usageLimit\":2"), """{"currency":{"currencyId":"a"}}"""));

        Assert.Equal(["b", "a", "a"], operation.Entitlements.ToArray().Select(static e => Encoding.UTF8.GetString(e.Id.Span)));
        Assert.Equal("2", operation.Entitlements[1].UsageLimit.GetRawText());
        Assert.Equal(EntitlementKind.Credit, operation.Entitlements[2].Kind);
    }

    [Fact]
    public void Many_entitlements_that_occur_twice_count_as_the_last()
    {
        var entitlements = Enumerable.Range(0, 2000).Select(static i => Feature($"f-{i % 1000}", $"\"usageLimit\":{i}"));
        using var operation = DecodedAs.Operation<SetCustomer>(Message([.. entitlements]));

        Assert.Equal(1000, operation.Entitlements.Length);
        Assert.Equal("1000", operation.Entitlements[0].UsageLimit.GetRawText());
    }

    [Fact]
    public void What_lies_before_one_that_counts_as_the_last_is_kept()
    {
        using var operation = DecodedAs.Operation<SetCustomer>(Message(Feature("x"), Feature("a", "\"usageLimit\":1"), Feature("a", "\"usageLimit\":2")));

        Assert.Equal(["x", "a"], operation.Entitlements.ToArray().Select(static e => Encoding.UTF8.GetString(e.Id.Span)));
        Assert.Equal("2", operation.Entitlements[1].UsageLimit.GetRawText());
    }

    [Fact]
    public void Event_that_also_has_the_webhooks_customer_is_written()
    {
        using var operation = DecodedAs.Operation<SetCustomer>(
            $$$"""{"type":"entitlementsUpdated","customerId":"c","customer":{"id":"c"},"entitlements":[{{{Feature("a", "\"entitlementUpdatedAt\":7")}}}]}""");

        Assert.Equal(7, operation.Timestamp);
    }

    [Theory]
    [InlineData("NUMBER", "Incremental", true)]
    [InlineData("NUMBER", "INCREMENTAL", true)]
    [InlineData("NUMBER", "fluctuating", true)]
    [InlineData("NUMBER", "None", false)]
    [InlineData("NUMBER", "SOMETHING", false)]
    [InlineData("BOOLEAN", "Incremental", false)]
    [InlineData("ENUM", null, false)]
    public void Usage_is_tracked_for_metered_numbers(string featureType, string? meterType, bool isTracked)
    {
        var meter = meterType is null ? "null" : $"\"{meterType}\"";
        using var operation = DecodedAs.Operation<SetCustomer>(
            Message($$$"""{"feature":{"refId":"f","featureType":"{{{featureType}}}","meterType":{{{meter}}}}}"""));

        Assert.Equal(isTracked, operation.Entitlements[0].IsUsageTracked);
    }

    [Theory]
    [InlineData("""null""", "entitlements[0] is not an object")]
    [InlineData("""{}""", "entitlements[0].feature is missing or null")]
    [InlineData("""{"feature":[]}""", "entitlements[0].feature is not an object")]
    [InlineData("""{"feature":{}}""", "entitlements[0].feature.refId is missing or empty")]
    [InlineData("""{"feature":{"refId":"a:f_b","featureType":"BOOLEAN"}}""", "entitlements[0].feature.refId is not a valid id")]
    [InlineData("""{"feature":{"refId":"CREDIT:x","featureType":"BOOLEAN"}}""", "entitlements[0].feature.refId is not a valid id")]
    [InlineData("""{"feature":{"refId":"\ud800","featureType":"BOOLEAN"}}""", "entitlements[0].feature.refId is not a valid id")]
    [InlineData("""{"feature":{"refId":"f"}}""", "entitlements[0].feature.featureType is missing or null")]
    [InlineData("""{"feature":{"refId":"f","featureType":"ENUM"},"enumValues":[1]}""", "entitlements[0].enumValues holds something that is not a string")]
    [InlineData("""{"feature":{"refId":"f","featureType":"ENUM"},"usageLimit":"1"}""", "entitlements[0].usageLimit is not a number")]
    [InlineData("""{"feature":{"refId":"f","featureType":"ENUM"},"usageLimit":1e999}""", "entitlements[0].usageLimit is not a finite number")]
    [InlineData("""{"feature":{"refId":"f","featureType":"ENUM"},"hasSoftLimit":1}""", "entitlements[0].hasSoftLimit is not a boolean")]
    [InlineData("""{"feature":{"refId":"f","featureType":"ENUM"},"validUntil":"soon"}""", "entitlements[0].validUntil is not a date")]
    [InlineData("""{"feature":{"refId":"f","featureType":"ENUM"},"resetPeriodConfiguration":{"a":[1e999]}}""", "entitlements[0].resetPeriodConfiguration holds a number that is not finite")]
    [InlineData("""{"feature":{"refId":"f","featureType":"ENUM"},"resetPeriodConfiguration":"x"}""", "entitlements[0].resetPeriodConfiguration is not an object")]
    [InlineData("""{"feature":{"refId":"f","featureType":"ENUM"},"creditRate":{"amount":"1"}}""", "entitlements[0].creditRate.amount is not a number")]
    [InlineData("""{"__typename":"CreditEntitlement"}""", "entitlements[0].currency is missing or null")]
    [InlineData("""{"currency":{"currencyId":""}}""", "entitlements[0].currency.currencyId is missing or empty")]
    public void Refusal_names_the_member(string entitlement, string reason) => Assert.Equal(reason, DecodedAs.MalformedReason(Message(entitlement)));

    [Fact]
    public void Entitlements_without_any_time_need_the_queues()
    {
        var malformed = Assert.IsType<Malformed>(DecodedAs.Any(Message(Feature("a")), sentTimestamp: 0));
        Assert.Equal("no time in the payload, and no SentTimestamp", malformed.Reason);
    }

    [Fact]
    public void Entitlement_whose_feature_is_null_is_left_out_and_its_time_counts()
    {
        using var operation = DecodedAs.Operation<SetCustomer>(
            Message("""{"feature":null,"entitlementUpdatedAt":7,"usageLimit":"x"}""", Feature("a", "\"entitlementUpdatedAt\":8"), """{"feature":null}"""));

        Assert.Equal("a", System.Text.Encoding.UTF8.GetString(Assert.Single(operation.Entitlements.ToArray()).Id.Span));
        Assert.Equal(7, operation.Timestamp);
        Assert.Equal(2, operation.LeftOut);
    }

    [Fact]
    public void Customer_whose_entitlements_are_all_left_out_is_forgotten() =>
        Assert.Equal(1, DecodedAs.Operation<Purge>(Message("""{"feature":null}""")).LeftOut);

    [Fact]
    public void Empty_reason_is_no_reason() =>
        Assert.IsType<Purge>(DecodedAs.Any("""{"type":"entitlementsUpdated","customerId":"c","accessDeniedReason":"","entitlements":[]}"""));

    private static string Message(params ReadOnlySpan<string> entitlements) =>
        $$"""{"type":"entitlementsUpdatedV2","customerId":"c","entitlements":[{{string.Join(',', entitlements!)}}]}""";

    private static string Feature(string refId, string members = "\"currentUsage\":null") =>
        $$"""{"feature":{"refId":"{{refId}}","featureType":"BOOLEAN"},{{members}}}""";
}
