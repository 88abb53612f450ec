using EntitlementCache.Observability.Errors;
using Serilog.Events;

namespace EntitlementCache.Observability;

/// <summary>A warning or an error, as it is shown to people. Its text is not scrubbed.</summary>
/// <param name="Time">When it was logged.</param>
/// <param name="Level">Warning, error or fatal.</param>
/// <param name="EventId">Stable id of the message; null: a library's without one.</param>
/// <param name="Name">Short name of the logging class; null: not known.</param>
/// <param name="Text">The message with its values, and behind it type and message of the exception, if there is one.</param>
internal sealed record RecentLine(DateTimeOffset Time, LogEventLevel Level, int? EventId, string? Name, string Text)
{
    /// <summary>Characters of a text that are shown; the rest is cut after scrubbing.</summary>
    public const int LongestShown = 1000;

    /// <summary>Characters of a text that are kept: more than are shown, so that scrubbing sees a secret that the cut for showing would halve.</summary>
    public const int LongestKept = 2 * LongestShown;

    /// <summary>The text as it is shown.</summary>
    /// <param name="scrubber">Takes out secrets.</param>
    public string Shown(Scrubber scrubber)
    {
        var scrubbed = scrubber.Scrub(Text);

        // The end of what was kept may be the begin of a secret, and scrubbing shortens what stands before it. Half a surrogate pair was cut away, too.
        var isWhole = Text.Length < LongestKept - 1;
        var most = isWhole ? LongestShown : Math.Clamp(scrubbed.Length - scrubber.LongestSecret, 0, LongestShown);
        return isWhole && scrubbed.Length <= most ? scrubbed : Scrubber.Cut(scrubbed, most) + "...";
    }
}
