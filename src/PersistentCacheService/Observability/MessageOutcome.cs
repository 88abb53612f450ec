namespace PersistentCacheService.Observability;

/// <summary>What became of a received message; the label <c>outcome</c> of <c>persistent_cache_messages_total</c>.</summary>
internal enum MessageOutcome
{
    /// <summary>At least one value was written; acknowledged.</summary>
    Written,

    /// <summary>Redis had newer values; acknowledged.</summary>
    SkippedOlder,

    /// <summary>The customer is not cached here (UPDATE_IF_EXISTS); acknowledged.</summary>
    SkippedAbsent,

    /// <summary>Keys were deleted; acknowledged.</summary>
    Purged,

    /// <summary>The customer was fetched from the Edge API and written; acknowledged.</summary>
    Refreshed,

    /// <summary>A known event without effect on the cache; acknowledged.</summary>
    Ignored,

    /// <summary>An unknown event without a customer; acknowledged.</summary>
    Unknown,

    /// <summary>Not a message of the contract; left in the queue.</summary>
    Malformed,

    /// <summary>Not applied this time: given back to the queue, or its handle expired.</summary>
    Failed,
}
