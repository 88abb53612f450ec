using System.Text.Json;

namespace EntitlementCache.Messages;

/// <summary>Usage of one feature or credit.</summary>
internal readonly struct UsageItem
{
    /// <summary>Feature or credit.</summary>
    public EntitlementKind Kind { get; init; }

    /// <summary>UTF-8 of the feature's refId or the currency id.</summary>
    public ReadOnlyMemory<byte> Id { get; init; }

    /// <summary>A number.</summary>
    public JsonElement CurrentUsage { get; init; }

    /// <summary>Start of the period the usage counts in.</summary>
    public DateMember PeriodStart { get; init; }

    /// <summary>End of that period.</summary>
    public DateMember PeriodEnd { get; init; }

    /// <summary>When it was measured, Unix ms: decides which of two values is newer.</summary>
    public long Timestamp { get; init; }
}

/// <summary>A date member whose null and absence differ: usage values keep both as they came.</summary>
/// <param name="IsPresent">The member is there, null included.</param>
/// <param name="Milliseconds">Unix ms, or null.</param>
internal readonly record struct DateMember(bool IsPresent, long? Milliseconds);
