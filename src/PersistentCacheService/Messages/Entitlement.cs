using System.Runtime.InteropServices;

namespace PersistentCacheService.Messages;

/// <summary>One checked entitlement of a customer. Integers that name a value are tokens on the operation's tape, 0: absent or null.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Entitlement
{
    /// <summary>Feature or credit.</summary>
    public EntitlementKind Kind;

    /// <summary>UTF-8 of the feature's refId or the currency id.</summary>
    public ReadOnlyMemory<byte> Id;

    /// <summary>The same on the tape.</summary>
    public int IdText;

    /// <summary>Name for people.</summary>
    public int DisplayName;

    /// <summary>Description for people.</summary>
    public int Description;

    /// <summary>Feature: BOOLEAN, NUMBER or ENUM, always there.</summary>
    public int FeatureType;

    /// <summary>Feature: how usage is metered; none when the message has none.</summary>
    public MeterType MeterType;

    /// <summary>Feature: the meter type as received, for names we do not know.</summary>
    public int MeterTypeText;

    /// <summary>Feature: unit in the singular. Credit: the same.</summary>
    public int Unit;

    /// <summary>Feature: unit in the plural. Credit: the same.</summary>
    public int UnitPlural;

    /// <summary>Feature: object, as received.</summary>
    public int UnitTransformation;

    /// <summary>Credit: any value, as received.</summary>
    public int AdditionalMetaData;

    /// <summary>Feature: resource the entitlement itself names.</summary>
    public int ResourceId;

    /// <summary>Number; a credit's is what was granted.</summary>
    public int UsageLimit;

    /// <summary>Feature: no limit at all.</summary>
    public bool HasUnlimitedUsage;

    /// <summary>The limit may be exceeded.</summary>
    public bool HasSoftLimit;

    /// <summary>Why access is denied.</summary>
    public int AccessDeniedReason;

    /// <summary>Feature: array of strings.</summary>
    public int EnumValues;

    /// <summary>Feature: number of credits a unit costs, 0 also when <see cref="CreditRate"/> is absent.</summary>
    public int CreditRateAmount;

    /// <summary>Feature: the credit a unit costs.</summary>
    public int CreditRateCurrency;

    /// <summary>Feature: the rate object, to tell absent from empty.</summary>
    public int CreditRate;

    /// <summary>Feature: name of the period.</summary>
    public int ResetPeriod;

    /// <summary>Feature: object, as received.</summary>
    public int ResetPeriodConfiguration;

    /// <summary>Number; a credit's is what was consumed.</summary>
    public int CurrentUsage;

    /// <summary>Readers fetch anew after this, Unix ms.</summary>
    public long? ValidUntil;

    /// <summary>Feature: where periods are counted from, Unix ms.</summary>
    public long? UsagePeriodAnchor;

    /// <summary>Start of the current period.</summary>
    public DateMember UsagePeriodStart;

    /// <summary>End of the current period.</summary>
    public DateMember UsagePeriodEnd;

    /// <summary>When the usage was measured, Unix ms.</summary>
    public long? UsageUpdatedAt;

    /// <summary>Whether readers look for a usage key beside the entitlement (CONTRACT 3).</summary>
    public bool IsUsageTracked;
}
