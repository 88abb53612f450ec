using System.Text;
using EntitlementCache.Messages;

namespace PersistentCacheService.Tests.Messages;

public sealed class UsagePayloadTests
{
    [Theory]
    [InlineData("""{"type":"usageReported","customerId":"c","entitlementReference":{"id":"f","type":"FEATURE"},"usage":{"currentUsage":1,"usageUpdatedAt":5},"credit":CREDIT}""")]
    [InlineData("""{"type":"usageUpdated","usage":{"customerId":"c","featureId":"f","currentUsage":1,"usageUpdatedAt":5,"credit":CREDIT}}""")]
    [InlineData("""{"type":"measurement.reported","customer":{"id":"c"},"feature":{"id":"f"},"currentUsage":1,"timestamp":5,"credit":CREDIT}""")]
    public void Credit_beside_a_usage_is_usage_too(string body)
    {
        const string Credit = """{"currencyId":"k","currentUsage":2.5,"usagePeriodEnd":9,"timestamp":"1970-01-01T00:00:00.007Z"}""";
        using var operation = DecodedAs.Operation<UpdateUsage>(body.Replace("CREDIT", Credit, StringComparison.Ordinal));

        Assert.Equal(2, operation.Items.Length);
        Assert.Equal(EntitlementKind.Feature, operation.Items[0].Kind);
        Assert.Equal(5, operation.Items[0].Timestamp);
        Assert.Equal(EntitlementKind.Credit, operation.Items[1].Kind);
        Assert.Equal("k", Encoding.UTF8.GetString(operation.Items[1].Id.Span));
        Assert.Equal(7, operation.Items[1].Timestamp);
        Assert.Equal(new DateMember(IsPresent: true, 9), operation.Items[1].PeriodEnd);
        Assert.Equal(new DateMember(IsPresent: true, null), operation.Items[1].PeriodStart);
    }

    [Theory]
    [InlineData("""{"usagePeriodEnd":3,"nextResetDate":4}""", true, 3L)]
    [InlineData("""{"usagePeriodEnd":null,"nextResetDate":4}""", true, 4L)]
    [InlineData("""{"nextResetDate":4}""", true, 4L)]
    [InlineData("""{"usagePeriodEnd":null,"nextResetDate":null}""", true, null)]
    [InlineData("""{"nextResetDate":null}""", false, null)]
    public void Next_reset_ends_the_period_when_nothing_else_does(string members, bool isPresent, long? end)
    {
        using var operation = DecodedAs.Operation<UpdateUsage>(
            $$"""{"usage":{"customerId":"c","featureId":"f","currentUsage":1,{{members[1..]}}}""");

        Assert.Equal(new DateMember(isPresent, end), operation.Items[0].PeriodEnd);
    }

    [Theory]
    [InlineData("""{"type":"usageUpdatedV2","customerId":"c"}""", "usage is missing or null")]
    [InlineData("""{"type":"usageUpdatedV2","customerId":"c","usage":{}}""", "usage.featureId is missing or empty")]
    [InlineData("""{"type":"usageUpdatedV2","customerId":"c","entitlementReference":{"id":"f"},"usage":{}}""", "entitlementReference.type is missing or null")]
    [InlineData("""{"type":"usageUpdatedV2","customerId":"c","entitlementReference":{"id":"f","type":"X"},"usage":{}}""", "entitlementReference.type is neither FEATURE nor CREDIT")]
    [InlineData("""{"type":"usageUpdatedV2","customerId":"c","entitlementReference":{"id":"f","type":"FEATURE"},"usage":{"currentUsage":null}}""", "usage.currentUsage is missing or null")]
    [InlineData("""{"type":"usageUpdatedV2","customerId":"c","entitlementReference":{"id":"f","type":"FEATURE"},"usage":{"currentUsage":1,"currentUsage":2}}""", "member currentUsage occurs twice")]
    [InlineData("""{"type":"usageUpdated","usage":{"featureId":"f","currentUsage":1}}""", "usage.customerId is missing or empty")]
    [InlineData("""{"type":"measurement.reported","customer":{"id":"c"},"currentUsage":1}""", "feature is missing or null")]
    [InlineData("""{"type":"consumeCredits","customerId":"c","currencyId":"k"}""", "credit is missing or null")]
    [InlineData("""{"type":"consumeCredits","customerId":"c","credit":{"currentUsage":1}}""", "credit.currencyId is missing or empty")]
    [InlineData("""{"featureId":"f","customerId":"c","currentUsage":"1"}""", "currentUsage is not a number")]
    [InlineData("""{"type":"usageUpdated","usage":{"customerId":"c","featureId":"f","currentUsage":1},"credit":{"currencyId":"k"}}""", "credit.currentUsage is missing or null")]
    public void Refusal_names_the_member(string body, string reason) => Assert.Equal(reason, DecodedAs.MalformedReason(body));

    [Fact]
    public void Offset_with_an_escaped_plus_is_a_date()
    {
        using var operation = DecodedAs.Operation<UpdateUsage>(
            """{"usage":{"customerId":"c","featureId":"f","currentUsage":1,"usageUpdatedAt":"2026-05-01T12:00:00\u002B02:00"}}""");

        Assert.Equal(1777629600000, operation.Items[0].Timestamp);
    }
}
