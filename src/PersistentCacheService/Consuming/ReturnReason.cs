namespace PersistentCacheService.Consuming;

/// <summary>Why a message is given back to the queue unprocessed; the label <c>reason</c> of <c>persistent_cache_visibility_returns_total</c>.</summary>
internal enum ReturnReason
{
    /// <summary>The service is stopping: another instance may have it at once.</summary>
    Stopping,

    /// <summary>Redis does not take writes and did not recover soon enough.</summary>
    RedisUnavailable,

    /// <summary>An SDK process holds the customer's write lock.</summary>
    CustomerLocked,

    /// <summary>Redis refuses this very write, or processing failed unexpectedly.</summary>
    WriteRefused,

    /// <summary>Memory ran out while it was handled.</summary>
    OutOfMemory,

    /// <summary>An earlier message of its FIFO group was not applied.</summary>
    GroupOrder,

    /// <summary>It needs the Edge API, which does not give the answer now.</summary>
    EdgeApiUnavailable,

    /// <summary>It needs the Edge API, and as many messages as may do so wait for it already.</summary>
    EdgeApiBusy,
}
