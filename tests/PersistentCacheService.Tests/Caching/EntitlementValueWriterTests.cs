using System.Text;
using System.Text.Json.Nodes;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Settings;
using FsCheck;
using FsCheck.Fluent;
using PersistentCacheService.Tests.Messages;

namespace PersistentCacheService.Tests.Caching;

public sealed class EntitlementValueWriterTests
{
    private const string Everything =
        """
        {"type":"entitlementsUpdatedV2","payload":{"customerId":"c","entitlements":[
          {"__typename":"Entitlement","resourceId":"site-1","usageLimit":10.0,"hasUnlimitedUsage":null,"hasSoftLimit":true,"currentUsage":null,
           "accessDeniedReason":"Revoked","enumValues":["a","<é>"],"validUntil":5,"usagePeriodAnchor":6,"usagePeriodStart":null,"usageUpdatedAt":7,
           "resetPeriod":"DAY","resetPeriodConfiguration":{ "x" : [ 1.0 , "\u00e9" ] },"creditRate":{"costFormula":"x","currencyId":"k","amount":2},
           "feature":{"refId":"f","featureType":"NUMBER","meterType":"NONE","description":"d","unitTransformation":{"divide":60,"round":"UP"}}},
          {"currency":{"currencyId":"k","description":"d","additionalMetaData":[1]},"usageLimit":null,"accessDeniedReason":"InsufficientCredits",
           "currentUsage":1.50,"usagePeriodStart":1,"usagePeriodEnd":2,"validUntil":3,"hasSoftLimit":null}]}}
        """;

    private const string FeatureV3 =
        """{"calculatedEntitlement":{"type":"FEATURE","feature":{"id":"f","displayName":"f","featureType":"NUMBER","meterType":"None","units":"","unitsPlural":"","description":"d","unitTransformation":{"divide":60,"round":"UP"}},"resourceId":"site-1","usageLimit":10,"hasUnlimitedUsage":false,"hasSoftLimit":true,"accessDeniedReason":"Revoked","enumValues":["a","<é>"],"validUntil":5,"creditRate":{"amount":2,"currencyId":"k"},"usagePeriodAnchor":6,"resetPeriod":"DAY","resetPeriodConfiguration":{"x":[1,"é"]}},"usageData":{"currentUsage":0,"updatedAt":7,"usageUpdatedAt":7}""";

    private const string FeatureUsage =
        ""","featureUsage":{"resetPeriod":"DAY","resetPeriodConfiguration":{"x":[1,"é"]},"currentUsage":0,"usagePeriodAnchor":6}""";

    private const string FeatureV2 =
        """{"calculatedEntitlement":{"feature":{"id":"f","featureType":"NUMBER","meterType":"None","units":"","unitsPlural":""},"resourceId":"site-1","usageLimit":10,"hasUnlimitedUsage":false,"hasSoftLimit":true,"accessDeniedReason":"Revoked","enumValues":["a","<é>"],"validUntil":5,"creditRate":{"amount":2,"currencyId":"k"}}""";

    private const string Credit =
        """{"calculatedEntitlement":{"type":"CREDIT","currency":{"id":"k","currencyId":"k","description":"d","additionalMetaData":[1]},"usageLimit":null,"hasSoftLimit":false,"accessDeniedReason":"InsufficientCredits","validUntil":3},"usageData":{"currentUsage":1.5,"usagePeriodStart":1,"usagePeriodEnd":2}}""";

    [Theory]
    [InlineData("V3", "{\"f\":" + FeatureV3 + "},\"CREDIT:k\":" + Credit + "}")]
    [InlineData("Dual", "{\"f\":" + FeatureV3 + FeatureUsage + "},\"CREDIT:k\":" + Credit + "}")]
    [InlineData("V2", "{\"f\":" + FeatureV2 + FeatureUsage + "}}")]
    public void Every_member_is_written_in_its_place(string layout, string expected) =>
        Assert.Equal(expected, Write(Everything, Enum.Parse<CacheLayout>(layout)));

    [Theory]
    [InlineData("V3")]
    [InlineData("Dual")]
    [InlineData("V2")]
    public void Unknown_meter_type_is_written_as_it_came(string layout) => Assert.Contains(
        "\"meterType\":\"Tiered\"",
        Write(
            """{"type":"entitlementsUpdated","customerId":"c","entitlements":[{"feature":{"refId":"f","featureType":"NUMBER","meterType":"Tiered"}}]}""",
            Enum.Parse<CacheLayout>(layout)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("V3")]
    [InlineData("Dual")]
    [InlineData("V2")]
    public void Empty_resource_is_none(string layout) => Assert.DoesNotContain(
        "resourceId",
        Write(
            """{"type":"entitlementsUpdated","customerId":"c","entitlements":[{"resourceId":"","feature":{"refId":"f","featureType":"NUMBER"}}]}""",
            Enum.Parse<CacheLayout>(layout)),
        StringComparison.Ordinal);

    [Fact]
    public void Any_text_survives_the_way_into_every_layout()
    {
        var texts = ArbMap.Default.GeneratorFor<string>().Where(static text => text is not null);
        Prop.ForAll(texts.ToArbitrary(), static text =>
        {
            var body = new JsonObject
            {
                ["type"] = "entitlementsUpdated",
                ["customerId"] = "c",
                ["entitlements"] = new JsonArray(new JsonObject
                {
                    ["feature"] = new JsonObject { ["refId"] = "f", ["featureType"] = text },
                    ["enumValues"] = new JsonArray(text),
                    ["resetPeriodConfiguration"] = new JsonObject { ["x"] = text },
                }),
            }.ToJsonString();
            return Enum.GetValues<CacheLayout>().All(layout =>
            {
                var entitlement = JsonNode.Parse(Write(body, layout))!["f"]!["calculatedEntitlement"]!;
                var expected = JsonNode.Parse(body)!["entitlements"]![0]!["feature"]!["featureType"]!;
                return JsonNode.DeepEquals(expected, entitlement["feature"]!["featureType"]) && JsonNode.DeepEquals(expected, entitlement["enumValues"]![0]);
            });
        }).QuickCheckThrowOnFailure();
    }

    private static string Write(string body, CacheLayout layout)
    {
        using var operation = DecodedAs.Operation<SetCustomer>(body);
        var output = new Utf8Output();
        new EntitlementValueWriter(output, "CREDIT:"u8).Write(operation.Entitlements, layout);
        return Encoding.UTF8.GetString(output.Written);
    }
}
