namespace PersistentCacheService.Sentry;

/// <summary>The metric's spelling of <see cref="EventOutcome"/>.</summary>
internal static class EventOutcomeNames
{
    /// <summary>All values of the label.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<EventOutcome>().Select(NameOf)];

    /// <summary>The label's value for an outcome.</summary>
    public static string NameOf(EventOutcome outcome) => outcome switch
    {
        EventOutcome.Sent => "sent",
        EventOutcome.DroppedRepeated => "dropped_repeated",
        EventOutcome.DroppedRateLimited => "dropped_rate_limited",
        EventOutcome.DroppedQueueFull => "dropped_queue_full",
        _ => "failed",
    };
}
