using Sidecar.Model;
using Stigg.Sidecar.V1;

namespace Sidecar.Decisions;

/// <summary>The decision table (SIDECAR 5). Pure: no clock, no cache.</summary>
internal static class DecisionRules
{
    /// <summary>A typed call: boolean, numeric, metered or enum.</summary>
    /// <param name="asked">What the call expects.</param>
    /// <param name="question">Whom and what.</param>
    public static Decision Typed(EntitlementType asked, Question question)
    {
        var entitlement = question.Customer?.Feature(question.Id);
        return entitlement is not null && entitlement.Type != asked
            ? new Decision { HasAccess = question.Fallback.HasAccess, Fallback = question.Fallback, Reason = AccessDeniedReason.FeatureTypeMismatch }
            : Decide(question, entitlement);
    }

    /// <summary>The call for a feature of any type: without an entry the fallback answers as it is.</summary>
    public static Decision Generic(Question question)
    {
        var entitlement = question.Customer?.Feature(question.Id);
        return entitlement is null ? FallBack(question.Fallback) : Decide(question, entitlement);
    }

    /// <summary>The call for the credits of a currency.</summary>
    public static Decision Credit(Question question)
    {
        var credit = question.Customer?.Credit(question.Id);
        return credit is null ? FallBack(question.Fallback) : Decide(question, credit);
    }

    /// <summary>Nothing is known: the fallback, whose access needs no reason.</summary>
    public static Decision FallBack(Fallback fallback) =>
        new() { HasAccess = fallback.HasAccess, Fallback = fallback, Reason = fallback.HasAccess ? null : AccessDeniedReason.Unknown };

    /// <summary>Decides by an entry, or by its absence.</summary>
    public static Decision Decide(Question question, CachedEntitlement? entitlement)
    {
        if (question.Customer is not { } customer)
        {
            return FallBack(question.Fallback);
        }

        var ofAll = customer.AccessDeniedReason is { } stored ? Reasons.Parse(stored) : (AccessDeniedReason?)null;
        if (!customer.Exists || (customer.Entitlements.Count == 0 && entitlement is null))
        {
            // An empty list stands for both: no such customer, and a customer without a subscription. The SDK takes it for the first.
            return Denied(null, ofAll ?? AccessDeniedReason.CustomerNotFound);
        }

        if (entitlement is null)
        {
            return Denied(null, ofAll ?? AccessDeniedReason.NoFeatureEntitlementInSubscription);
        }

        var current = UsagePeriods.Current(entitlement, question.Now);
        if (current.AccessDeniedReason is { } own)
        {
            return Denied(current, Reasons.Parse(own));
        }

        return current.Type switch
        {
            EntitlementType.Enum => Allowed(current, question.RequestedValues.All(current.EnumValues.Contains), AccessDeniedReason.RequestedValuesMismatch),
            EntitlementType.Credit => Allowed(current, HasCreditsLeft(current, 0), AccessDeniedReason.InsufficientCredits),
            EntitlementType.Metered => Metered(current, customer, question.RequestedUsage),
            _ => Allowed(current, isAllowed: true, default),
        };
    }

    private static Decision Metered(CachedEntitlement entitlement, CachedCustomer customer, double requested)
    {
        var wallet = entitlement.CreditCurrencyId is { } currency ? customer.Credit(currency) : null;
        if (wallet is not null)
        {
            // A feature paid by credits depends on its wallet; what a unit costs decides how much may be asked for.
            entitlement = entitlement with { HasSoftLimit = entitlement.HasSoftLimit || wallet.HasSoftLimit };
            if (!HasCreditsLeft(wallet, requested * entitlement.CreditAmount))
            {
                return Denied(entitlement, AccessDeniedReason.InsufficientCredits);
            }

            if (entitlement.UsageLimit is null)
            {
                return Allowed(entitlement, isAllowed: true, default);
            }
        }

        var fits = entitlement.IsUnlimited || entitlement.HasSoftLimit || entitlement.Usage.CurrentUsage + requested <= (entitlement.UsageLimit ?? 0);
        return Allowed(entitlement, fits, AccessDeniedReason.RequestedUsageExceedingLimit);
    }

    private static bool HasCreditsLeft(CachedEntitlement credit, double cost)
    {
        var remaining = (credit.UsageLimit ?? 0) - credit.Usage.CurrentUsage;
        return credit.HasSoftLimit || (remaining > 0 && cost <= remaining);
    }

    private static Decision Allowed(CachedEntitlement entitlement, bool isAllowed, AccessDeniedReason otherwise) =>
        isAllowed ? new Decision { HasAccess = true, Entitlement = entitlement } : Denied(entitlement, otherwise);

    private static Decision Denied(CachedEntitlement? entitlement, AccessDeniedReason reason) =>
        new() { HasAccess = false, Reason = reason, Entitlement = entitlement };
}
