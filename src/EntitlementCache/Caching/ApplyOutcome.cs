namespace EntitlementCache.Caching;

/// <summary>What applying an operation did. Every one of them is a success: the message can be acknowledged.</summary>
internal enum ApplyOutcome
{
    /// <summary>At least one value was written.</summary>
    Written,

    /// <summary>Redis holds newer values already.</summary>
    SkippedOlder,

    /// <summary>What the message updates is not cached, and the policy is not to create it.</summary>
    SkippedAbsent,

    /// <summary>Keys were deleted, or were not there in the first place.</summary>
    Purged,
}
