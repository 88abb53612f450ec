using Sidecar.GraphQl;

namespace Sidecar.Realtime;

/// <summary>What Stigg announces in real time (SIDECAR 7): operation names and documents.</summary>
internal static class Subscriptions
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<(string Name, string Document)> All =
    [
        ("OnEntitlementsUpdatedV2", "subscription OnEntitlementsUpdatedV2{entitlementsUpdatedV2{customerId resourceId accessDeniedReason entitlements" + EntitlementFields.Selection + "}}"),
        ("OnUsageUpdatedV2", "subscription OnUsageUpdatedV2{usageUpdatedV2{customerId resourceId entitlementReference{id type} usage{currentUsage usageUpdatedAt usagePeriodStart usagePeriodEnd}}}"),
        ("OnPackagePublished", "subscription OnPackagePublished{packagePublished{packageType packageRefId packageVersion migrationType}}"),
    ];
}
