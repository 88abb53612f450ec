using System.Globalization;

namespace EntitlementCache.Observability.Errors;

/// <summary>
/// The last look at an event before it leaves: a flood of one kind becomes a few events that say how many were suppressed, secrets are taken out of every
/// text, and what is not about the error goes. Counts what became of all events.
/// </summary>
/// <param name="scrubber">Takes out secrets.</param>
/// <param name="time">The clock.</param>
internal sealed class EventFilter(Scrubber scrubber, TimeProvider time)
{
    /// <summary>Log entries that may wait for a DSN, and events that may wait for Sentry; further ones are dropped and counted. 50 of 20 KB are a megabyte.</summary>
    public const int MostWaiting = 50;

    // Sentry's limit of a tag's value.
    private const int LongestTag = 200;

    // The SDK makes a tag of every value of a log entry; ids of messages and customers do not leave the process.
    private static readonly string[] KeptTags = ["Type", "Kind", "Operation"];
    private static readonly string[] KeptContexts = ["runtime", "os", "trace"];

    // Five of a kind in a minute show whether they differ.
    private readonly LogBudget _budget = new(TimeSpan.FromMinutes(1), time, lines: 5);
    private readonly long[] _counts = new long[Enum.GetValues<EventOutcome>().Length];
    private int _waiting;

    /// <summary>How many events ended in this way since the start.</summary>
    public long CountOf(EventOutcome outcome) => Volatile.Read(ref _counts[(int)outcome]);

    /// <summary>Counts an event.</summary>
    public void Count(EventOutcome outcome) => Interlocked.Increment(ref _counts[(int)outcome]);

    /// <summary>Counts an event that <see cref="Prepare"/> let through.</summary>
    public void Finish(EventOutcome outcome)
    {
        Interlocked.Decrement(ref _waiting);
        Count(outcome);
    }

    /// <summary>Prepares an event for sending.</summary>
    /// <returns>The event; null drops it.</returns>
    public SentryEvent? Prepare(SentryEvent report)
    {
        report.Tags.TryGetValue("eventId", out var name);
        if (!_budget.MayPrint($"{report.Logger} {name} {report.Exception?.GetType()}", out var suppressed))
        {
            Count(EventOutcome.DroppedRepeated);
            return null;
        }

        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Finish(EventOutcome.DroppedQueueFull);
            return null;
        }

        TrimTags(report, name);
        if (report.Exception is null)
        {
            // Without a stack Sentry would group by the text: values in it would make every event a group of its own.
            report.SetFingerprint(report.Logger ?? string.Empty, name ?? report.Message?.Message ?? string.Empty);
        }

        Scrub(report);
        foreach (var context in report.Contexts.Keys.Except(KeptContexts, StringComparer.Ordinal).ToArray())
        {
            report.Contexts.Remove(context);
        }

        if (suppressed > 0)
        {
            report.SetExtra("suppressed_before", suppressed);
        }

        return report;
    }

    private void TrimTags(SentryEvent report, string? name)
    {
        foreach (var (tag, value) in report.Tags.ToArray())
        {
            if (KeptTags.Contains(tag, StringComparer.Ordinal))
            {
                report.SetTag(tag, Scrubber.Cut(scrubber.Scrub(value).ReplaceLineEndings(" "), LongestTag));
            }
            else
            {
                report.UnsetTag(tag);
            }
        }

        if (name is not null)
        {
            report.SetTag("event", name);
        }
    }

    private void Scrub(SentryEvent report)
    {
        report.User = new SentryUser();
        if (report.Message is { } message)
        {
            report.Message = new SentryMessage { Message = ScrubOrNull(message.Message), Formatted = ScrubOrNull(message.Formatted) };
        }

        // What exceptions carry in Data.
        foreach (var (key, value) in report.Extra.ToArray())
        {
            report.SetExtra(key, ScrubOrNull(Convert.ToString(value, CultureInfo.InvariantCulture)));
        }

        foreach (var exception in report.SentryExceptions ?? [])
        {
            exception.Value = ScrubOrNull(exception.Value);
            exception.Mechanism?.Data.Clear();
            foreach (var frame in exception.Stacktrace?.Frames ?? [])
            {
                // Only the file's name: the directories are those of the build machine.
                frame.FileName = Path.GetFileName(frame.FileName);
                frame.AbsolutePath = null;
            }
        }
    }

    private string? ScrubOrNull(string? text) => text is null ? null : scrubber.Scrub(text);
}
