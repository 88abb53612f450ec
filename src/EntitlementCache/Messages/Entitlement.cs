using System.Runtime.InteropServices;
using System.Text.Json;

namespace EntitlementCache.Messages;

/// <summary>One checked entitlement of a customer. A value that is absent or null in the message is <c>default</c>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Entitlement
{
    /// <summary>Feature or credit.</summary>
    public EntitlementKind Kind { get; init; }

    /// <summary>UTF-8 of the feature's refId or the currency id.</summary>
    public ReadOnlyMemory<byte> Id { get; init; }

    /// <summary>The same id as the message spells it.</summary>
    public JsonElement IdText { get; init; }

    /// <summary>Name to show.</summary>
    public JsonElement DisplayName { get; init; }

    /// <summary>Description to show.</summary>
    public JsonElement Description { get; init; }

    /// <summary>Feature: BOOLEAN, NUMBER or ENUM, always there.</summary>
    public JsonElement FeatureType { get; init; }

    /// <summary>Feature: how usage is metered; none when the message has none.</summary>
    public MeterType MeterType { get; init; }

    /// <summary>Feature: the meter type as received, for names we do not know.</summary>
    public JsonElement MeterTypeText { get; init; }

    /// <summary>Unit in the singular.</summary>
    public JsonElement Unit { get; init; }

    /// <summary>Unit in the plural.</summary>
    public JsonElement UnitPlural { get; init; }

    /// <summary>Feature: object, as received.</summary>
    public JsonElement UnitTransformation { get; init; }

    /// <summary>Credit: any value, as received.</summary>
    public JsonElement AdditionalMetaData { get; init; }

    /// <summary>Feature: resource the entitlement itself names.</summary>
    public JsonElement ResourceId { get; init; }

    /// <summary>Number; a credit's is what was granted.</summary>
    public JsonElement UsageLimit { get; init; }

    /// <summary>Feature: no limit at all.</summary>
    public bool HasUnlimitedUsage { get; init; }

    /// <summary>The limit may be exceeded.</summary>
    public bool HasSoftLimit { get; init; }

    /// <summary>Why access is denied.</summary>
    public JsonElement AccessDeniedReason { get; init; }

    /// <summary>Feature: array of strings.</summary>
    public JsonElement EnumValues { get; init; }

    /// <summary>Feature: a unit costs credits.</summary>
    public bool HasCreditRate { get; init; }

    /// <summary>Feature: number of credits a unit costs.</summary>
    public JsonElement CreditRateAmount { get; init; }

    /// <summary>Feature: the currency id of those credits.</summary>
    public JsonElement CreditRateCurrency { get; init; }

    /// <summary>Feature: name of the period.</summary>
    public JsonElement ResetPeriod { get; init; }

    /// <summary>Feature: object, as received.</summary>
    public JsonElement ResetPeriodConfiguration { get; init; }

    /// <summary>Number; a credit's is what was consumed.</summary>
    public JsonElement CurrentUsage { get; init; }

    /// <summary>Readers fetch again after this, Unix ms.</summary>
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

/// <summary>What is entitled, and so which key holds its usage.</summary>
internal enum EntitlementKind
{
    /// <summary>A feature, by its refId.</summary>
    Feature,

    /// <summary>A credit, by its currency id.</summary>
    Credit,
}

/// <summary>How usage of a NUMBER feature is metered. GraphQL spells it None, webhooks NONE.</summary>
internal enum MeterType
{
    /// <summary>Not said.</summary>
    Absent,

    /// <summary>A name we do not know; passed on as received.</summary>
    Other,

    /// <summary>Not metered.</summary>
    None,

    /// <summary>Usage only grows within a period.</summary>
    Incremental,

    /// <summary>Usage goes up and down.</summary>
    Fluctuating,
}
