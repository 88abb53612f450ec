namespace Sidecar.Model;

/// <summary>What is known of a customer or resource.</summary>
/// <param name="Exists">False: Stigg knows no such customer.</param>
/// <param name="Entitlements">In the order stored.</param>
/// <param name="AccessDeniedReason">Why the customer as a whole is denied, as stored; null: it is not.</param>
internal sealed record CachedCustomer(bool Exists, IReadOnlyList<CachedEntitlement> Entitlements, string? AccessDeniedReason)
{
    /// <summary>Stigg knows no such customer.</summary>
    public static readonly CachedCustomer Missing = new(Exists: false, [], null);

    /// <summary>Stigg knows the customer, and it may do nothing.</summary>
    public static readonly CachedCustomer Empty = new(Exists: true, [], null);

    /// <summary>Whether there is such a customer or resource: a list that is denied for want of a subscription belongs to one.</summary>
    public bool IsKnownToStigg => Exists && AccessDeniedReason is (null or "NoActiveSubscription");

    /// <summary>The entitlement to a feature, or null.</summary>
    public CachedEntitlement? Feature(string id) => Find(id, isCredit: false);

    /// <summary>The credits of a currency, or null.</summary>
    public CachedEntitlement? Credit(string id) => Find(id, isCredit: true);

    /// <summary>The entitlements a read looks at: one and the credit that pays for it, or all.</summary>
    public IReadOnlyList<CachedEntitlement> In(ReadScope scope)
    {
        if (scope.IsAll)
        {
            return Entitlements;
        }

        var one = scope.IsCredit ? Credit(scope.Id!) : Feature(scope.Id!);
        var wallet = one?.CreditCurrencyId is { } currency ? Credit(currency) : null;
        return (one, wallet) switch
        {
            (null, _) => [],
            (_, null) => [one],
            _ => [one, wallet],
        };
    }

    /// <summary>The same with other usage of one entitlement.</summary>
    public CachedCustomer With(string id, bool isCredit, CachedUsage usage) => this with
    {
        Entitlements = [.. Entitlements.Select(one => one.Id == id && (one.Type == EntitlementType.Credit) == isCredit ? one with { Usage = usage } : one)],
    };

    /// <summary>The same with the other's usage where that is newer.</summary>
    public CachedCustomer WithNewerUsageOf(CachedCustomer other)
    {
        var result = this;
        foreach (var one in other.Entitlements)
        {
            var isCredit = one.Type == EntitlementType.Credit;
            if (result.Find(one.Id, isCredit) is { } own && one.Usage.Timestamp is { } timestamp && !(own.Usage.Timestamp >= timestamp))
            {
                result = result.With(one.Id, isCredit, one.Usage);
            }
        }

        return result;
    }

    /// <summary>Whether something that is read must be fetched again by now, Unix ms.</summary>
    public bool IsExpired(ReadScope scope, long now)
    {
        foreach (var one in In(scope))
        {
            if (one.ValidUntil <= now)
            {
                return true;
            }
        }

        return false;
    }

    private CachedEntitlement? Find(string id, bool isCredit)
    {
        foreach (var one in Entitlements)
        {
            if (one.Id == id && (one.Type == EntitlementType.Credit) == isCredit)
            {
                return one;
            }
        }

        return null;
    }
}
