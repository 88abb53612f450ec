namespace PersistentCacheService.Sentry;

/// <summary>What makes two log entries the same kind of trouble, cheap enough to ask before anything is formatted.</summary>
/// <param name="Logger">Category of the log entry.</param>
/// <param name="EventId">Its stable event id.</param>
/// <param name="ExceptionType">Type of its exception, null without one.</param>
internal readonly record struct EventKey(string Logger, int EventId, Type? ExceptionType);
