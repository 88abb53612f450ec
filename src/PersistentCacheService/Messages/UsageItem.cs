namespace PersistentCacheService.Messages;

/// <summary>Usage of one feature or credit.</summary>
internal readonly struct UsageItem
{
    /// <summary>Feature or credit.</summary>
    public EntitlementKind Kind { get; init; }

    /// <summary>UTF-8 of the feature's refId or the currency id.</summary>
    public ReadOnlyMemory<byte> Id { get; init; }

    /// <summary>Token of the number on the operation's tape.</summary>
    public int CurrentUsage { get; init; }

    /// <summary>Start of the period the usage counts in.</summary>
    public DateMember PeriodStart { get; init; }

    /// <summary>End of that period.</summary>
    public DateMember PeriodEnd { get; init; }

    /// <summary>When it was measured, Unix ms: decides which of two values is newer.</summary>
    public long Timestamp { get; init; }
}
