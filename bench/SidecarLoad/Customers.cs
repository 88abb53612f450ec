using System.Text.Json.Nodes;
using TestKit.EdgeApi;

namespace SidecarLoad;

/// <summary>The customers of every run: a thousand, of ten metered features each.</summary>
internal static class Customers
{
    /// <summary>How many.</summary>
    public const int Count = 1000;

    private const int Features = 10;

    /// <summary>Id of one.</summary>
    public static string Id(int number) => $"customer-{number % Count}";

    /// <summary>Id of a feature.</summary>
    public static string Feature(int number) => $"feature-{number % Features}";

    /// <summary>Stores what Stigg says about them.</summary>
    public static void StoreIn(FakeEdgeApi edge)
    {
        var features = new JsonArray([.. Enumerable.Range(0, Features).Select(Entitlement)]);
        for (var i = 0; i < Count; i++)
        {
            edge.Store(Id(i), null, features.DeepClone().AsArray());
        }
    }

    private static JsonNode Entitlement(int number) => JsonNode.Parse($$$"""
        {"__typename":"FeatureEntitlement","isGranted":true,"usageLimit":1000,"hasUnlimitedUsage":false,"hasSoftLimit":false,"currentUsage":4,
        "entitlementUpdatedAt":"2026-05-01T00:00:00.000Z","usageUpdatedAt":"2026-05-01T00:00:00.000Z","usagePeriodAnchor":"2026-05-01T00:00:00.000Z","resetPeriod":"MONTH",
        "feature":{"featureType":"NUMBER","meterType":"Incremental","featureUnits":"seat","featureUnitsPlural":"seats","displayName":"Feature {{{number}}}","refId":"{{{Feature(number)}}}"}}
        """)!;
}
