namespace PersistentCacheService.Sentry;

/// <summary>What became of an event; <see cref="SentryReporter.CountOf"/> counts each.</summary>
public enum EventOutcome
{
    /// <summary>Sentry took it.</summary>
    Sent,

    /// <summary>The same kind of event was reported moments ago; the next one carries the count.</summary>
    DroppedRepeated,

    /// <summary>Sentry asked for a pause.</summary>
    DroppedRateLimited,

    /// <summary>Too many events waited already.</summary>
    DroppedQueueFull,

    /// <summary>It could not be delivered: refused, network error, timeout, or the process ended first.</summary>
    Failed,
}
