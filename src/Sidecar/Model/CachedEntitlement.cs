using Stigg.Sidecar.V1;

namespace Sidecar.Model;

/// <summary>One entitlement as the cache holds it, whatever the layout. Immutable, so that calls share it.</summary>
internal sealed record CachedEntitlement
{
    /// <summary>Kind of entitlement.</summary>
    public required EntitlementType Type { get; init; }

    /// <summary>The feature's refId or the currency id.</summary>
    public required string Id { get; init; }

    /// <summary>The feature as a client sees it; null for a credit.</summary>
    public EntitlementFeature? Feature { get; init; }

    /// <summary>The currency as a client sees it; null for a feature.</summary>
    public EntitlementCurrency? Currency { get; init; }

    /// <summary>Limit, a numeric feature's value, or what was granted of a credit.</summary>
    public double? UsageLimit { get; init; }

    /// <summary>No limit at all.</summary>
    public bool IsUnlimited { get; init; }

    /// <summary>The limit may be exceeded.</summary>
    public bool HasSoftLimit { get; init; }

    /// <summary>Why access is denied, as stored; null: it is not.</summary>
    public string? AccessDeniedReason { get; init; }

    /// <summary>Values of an enum feature.</summary>
    public IReadOnlyList<string> EnumValues { get; init; } = [];

    /// <summary>A reader fetches again after this, Unix ms.</summary>
    public long? ValidUntil { get; init; }

    /// <summary>Currency that pays for the usage of the feature; null: none.</summary>
    public string? CreditCurrencyId { get; init; }

    /// <summary>Credits a unit costs.</summary>
    public double CreditAmount { get; init; }

    /// <summary>Where periods are counted from, Unix ms.</summary>
    public long? UsagePeriodAnchor { get; init; }

    /// <summary>YEAR, MONTH, WEEK, DAY or HOUR; null: never reset.</summary>
    public string? ResetPeriod { get; init; }

    /// <summary>Its usage.</summary>
    public CachedUsage Usage { get; init; } = CachedUsage.None;

    /// <summary>Whether its usage has a key of its own (CONTRACT 3).</summary>
    public bool IsUsageTracked => Type is EntitlementType.Metered or EntitlementType.Credit;
}
