using Stigg.Sidecar.V1;

namespace Sidecar.Decisions;

/// <summary>Denial reasons as they are stored, in the proto's terms.</summary>
internal static class Reasons
{
    /// <summary>The enum's member of a stored name such as <c>NoActiveSubscription</c> or <c>NO_ACTIVE_SUBSCRIPTION</c>; <c>Unknown</c> for any other.</summary>
    public static AccessDeniedReason Parse(string stored) => stored.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant() switch
    {
        "CUSTOMERISARCHIVED" => AccessDeniedReason.CustomerIsArchived,
        "CUSTOMERNOTFOUND" => AccessDeniedReason.CustomerNotFound,
        "CUSTOMERRESOURCENOTFOUND" => AccessDeniedReason.CustomerResourceNotFound,
        "FEATURENOTFOUND" => AccessDeniedReason.FeatureNotFound,
        "NOACTIVESUBSCRIPTION" => AccessDeniedReason.NoActiveSubscription,
        "NOFEATUREENTITLEMENTINSUBSCRIPTION" => AccessDeniedReason.NoFeatureEntitlementInSubscription,
        "REQUESTEDUSAGEEXCEEDINGLIMIT" => AccessDeniedReason.RequestedUsageExceedingLimit,
        "BUDGETEXCEEDED" => AccessDeniedReason.BudgetExceeded,
        "REQUESTEDVALUESMISMATCH" => AccessDeniedReason.RequestedValuesMismatch,
        "FEATURETYPEMISMATCH" => AccessDeniedReason.FeatureTypeMismatch,
        "INSUFFICIENTCREDITS" => AccessDeniedReason.InsufficientCredits,
        "REVOKED" => AccessDeniedReason.Revoked,
        "ENTITLEMENTNOTFOUND" => AccessDeniedReason.EntitlementNotFound,
        _ => AccessDeniedReason.Unknown,
    };
}
