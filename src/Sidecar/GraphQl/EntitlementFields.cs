namespace Sidecar.GraphQl;

/// <summary>What is asked for of an entitlement, in queries and subscriptions alike: what the worker's decoder reads.</summary>
internal static class EntitlementFields
{
    /// <summary>Selection on the union of feature and credit entitlements.</summary>
    public const string Selection =
        """
        {__typename
        ...on FeatureEntitlement{isGranted accessDeniedReason usageLimit hasUnlimitedUsage hasSoftLimit currentUsage enumValues entitlementUpdatedAt usageUpdatedAt
        usagePeriodAnchor usagePeriodStart usagePeriodEnd resetPeriod validUntil creditRate{amount currencyId}
        resetPeriodConfiguration{__typename ...on YearlyResetPeriodConfig{yearlyAccordingTo} ...on MonthlyResetPeriodConfig{monthlyAccordingTo} ...on WeeklyResetPeriodConfig{weeklyAccordingTo}}
        feature{__typename featureType meterType featureUnits featureUnitsPlural description displayName refId unitTransformation{divide round}}}
        ...on CreditEntitlement{isGranted accessDeniedReason usageLimit currentUsage hasSoftLimit usageUpdatedAt entitlementUpdatedAt usagePeriodEnd validUntil
        currency{currencyId displayName description unitSingular unitPlural additionalMetaData}}}
        """;
}
