namespace PersistentCacheService.Sentry.Events;

/// <summary>Severity of an event; only what is worth an event at all.</summary>
internal enum SentryLevel
{
    /// <summary>Something failed, the service goes on.</summary>
    Error,

    /// <summary>The process ends.</summary>
    Fatal,
}
