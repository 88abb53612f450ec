namespace PersistentCacheService.Sentry.Transport;

/// <summary>The end of one attempt to deliver an event.</summary>
/// <param name="Outcome">What is counted.</param>
/// <param name="Reason">For a person, when it failed; null otherwise. Holds no part of the DSN.</param>
internal readonly record struct Delivery(EventOutcome Outcome, string? Reason = null);
