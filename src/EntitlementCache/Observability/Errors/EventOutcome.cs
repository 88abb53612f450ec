namespace EntitlementCache.Observability.Errors;

/// <summary>What became of an error event; the label <c>outcome</c> of <c>persistent_cache_sentry_events_total</c>.</summary>
internal enum EventOutcome
{
    /// <summary>Sentry took it.</summary>
    Sent,

    /// <summary>Enough of its kind were reported within a minute; the next one carries the count.</summary>
    DroppedRepeated,

    /// <summary>Sentry asked for a pause.</summary>
    DroppedRateLimited,

    /// <summary>Too many events waited already.</summary>
    DroppedQueueFull,

    /// <summary>It could not be delivered: refused, network error, timeout, or the process ended first.</summary>
    Failed,
}
