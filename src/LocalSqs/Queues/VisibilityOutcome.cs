namespace LocalSqs.Queues;

/// <summary>What a change of visibility found.</summary>
internal enum VisibilityOutcome
{
    Changed,

    /// <summary>The message is visible again.</summary>
    NotInFlight,

    /// <summary>The message is gone, or was received again since.</summary>
    Gone,

    /// <summary>The message would be hidden for more than 12 hours since it was received.</summary>
    BeyondLimit,

    /// <summary>The handle belongs to another queue.</summary>
    Foreign,
}
