namespace PersistentCacheService.Sentry.Events;

/// <summary>One trouble, captured on the thread that had it; everything costly (stack trace, JSON, scrubbing) is left to the sender.</summary>
internal sealed record SentryEvent
{
    /// <summary>Identity at Sentry.</summary>
    public required Guid Id { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    public required SentryLevel Level { get; init; }

    /// <summary>Kind of event, also the log entry's category and event id.</summary>
    public required EventKey Key { get; init; }

    /// <summary>Name of the log entry's event id, null without one.</summary>
    public string? EventName { get; init; }

    /// <summary>The message template, the same for all events of one log statement.</summary>
    public required string Template { get; init; }

    /// <summary>The message with its values, before scrubbing.</summary>
    public required string Message { get; init; }

    public Exception? Exception { get; init; }

    /// <summary>What caught it, e.g. <c>logging</c>.</summary>
    public required string Mechanism { get; init; }

    /// <summary>False when nobody caught it.</summary>
    public required bool Handled { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Tags { get; init; } = [];

    /// <summary>Events of the same kind held back before this one.</summary>
    public int Suppressed { get; init; }
}
