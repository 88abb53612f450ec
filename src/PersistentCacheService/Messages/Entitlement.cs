using System.Runtime.InteropServices;

namespace PersistentCacheService.Messages;

/// <summary>One checked entitlement of a customer. Integers that name a value are tokens on the operation's tape, 0: absent or null.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Entitlement
{
    /// <summary>Feature or credit.</summary>
    public EntitlementKind Kind { get; init; }

    /// <summary>UTF-8 of the feature's refId or the currency id.</summary>
    public ReadOnlyMemory<byte> Id { get; init; }

    /// <summary>The same on the tape.</summary>
    public int IdText { get; init; }

    /// <summary>Name for people.</summary>
    public int DisplayName { get; init; }

    /// <summary>Description for people.</summary>
    public int Description { get; init; }

    /// <summary>Feature: BOOLEAN, NUMBER or ENUM, always there.</summary>
    public int FeatureType { get; init; }

    /// <summary>Feature: how usage is metered; none when the message has none.</summary>
    public MeterType MeterType { get; init; }

    /// <summary>Feature: the meter type as received, for names we do not know.</summary>
    public int MeterTypeText { get; init; }

    /// <summary>Feature: unit in the singular. Credit: the same.</summary>
    public int Unit { get; init; }

    /// <summary>Feature: unit in the plural. Credit: the same.</summary>
    public int UnitPlural { get; init; }

    /// <summary>Feature: object, as received.</summary>
    public int UnitTransformation { get; init; }

    /// <summary>Credit: any value, as received.</summary>
    public int AdditionalMetaData { get; init; }

    /// <summary>Feature: resource the entitlement itself names.</summary>
    public int ResourceId { get; init; }

    /// <summary>Number; a credit's is what was granted.</summary>
    public int UsageLimit { get; init; }

    /// <summary>Feature: no limit at all.</summary>
    public bool HasUnlimitedUsage { get; init; }

    /// <summary>The limit may be exceeded.</summary>
    public bool HasSoftLimit { get; init; }

    /// <summary>Why access is denied.</summary>
    public int AccessDeniedReason { get; init; }

    /// <summary>Feature: array of strings.</summary>
    public int EnumValues { get; init; }

    /// <summary>Feature: number of credits a unit costs.</summary>
    public int CreditRateAmount { get; init; }

    /// <summary>Feature: the currency id of those credits.</summary>
    public int CreditRateCurrency { get; init; }

    /// <summary>Feature: the rate as an object.</summary>
    public int CreditRate { get; init; }

    /// <summary>Feature: name of the period.</summary>
    public int ResetPeriod { get; init; }

    /// <summary>Feature: object, as received.</summary>
    public int ResetPeriodConfiguration { get; init; }

    /// <summary>Number; a credit's is what was consumed.</summary>
    public int CurrentUsage { get; init; }

    /// <summary>Readers fetch anew after this, Unix ms.</summary>
    public long? ValidUntil { get; init; }

    /// <summary>Feature: where periods are counted from, Unix ms.</summary>
    public long? UsagePeriodAnchor { get; init; }

    /// <summary>Start of the current period.</summary>
    public DateMember UsagePeriodStart { get; init; }

    /// <summary>End of the current period.</summary>
    public DateMember UsagePeriodEnd { get; init; }

    /// <summary>When the usage was measured, Unix ms.</summary>
    public long? UsageUpdatedAt { get; init; }

    /// <summary>Whether readers look for a usage key beside the entitlement (CONTRACT 3).</summary>
    public bool IsUsageTracked { get; init; }
}
