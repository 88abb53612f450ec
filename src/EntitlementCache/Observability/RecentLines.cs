using System.Text;
using EntitlementCache.Observability.Errors;
using Serilog.Core;
using Serilog.Events;

namespace EntitlementCache.Observability;

/// <summary>
/// Serilog sink that keeps the last warnings and errors for people to look at, also those that standard output had no time for. Texts alone are kept, cut: no exception, and
/// nothing that it refers to, lives longer because of it. Below warnings it is not called; those are rare, because a <see cref="LogBudget"/> limits what repeats.
/// </summary>
internal sealed class RecentLines : ILogEventSink
{
    /// <summary>How many are kept.</summary>
    public const int Capacity = 20;

    private readonly Lock _gate = new();
    private readonly RecentLine?[] _lines = new RecentLine?[Capacity];
    private long _count;

    /// <summary>How many there were since the start.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>What is kept, the latest first.</summary>
    public IReadOnlyList<RecentLine> Latest
    {
        get
        {
            lock (_gate)
            {
                return [.. Enumerable.Range(1, (int)Math.Min(_count, Capacity)).Select(back => _lines[(_count - back) % Capacity]!)];
            }
        }
    }

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        var line = Read(logEvent);
        lock (_gate)
        {
            _lines[_count++ % Capacity] = line;
        }
    }

    private static RecentLine Read(LogEvent logEvent)
    {
        var text = new StringBuilder();
        text.AppendMessage(logEvent);
        if (logEvent.Exception is { } exception)
        {
            text.Append(": ").Append(exception.GetType().Name).Append(": ").Append(exception.Message);
        }

        var name = LogLineText.ShortName(logEvent.Properties.GetValueOrDefault("SourceContext"));
        return new RecentLine(
            logEvent.Timestamp,
            logEvent.Level,
            LogLineText.EventId(logEvent.Properties.GetValueOrDefault("EventId")),
            name.IsEmpty ? null : name.ToString(),
            // Cut here, so that what is kept is 4 KB a line at most; longer ones are in the log.
            Scrubber.Cut(text.ToString(), RecentLine.LongestKept));
    }
}
