using Microsoft.Extensions.Logging;

namespace TestKit;

/// <summary>One log entry.</summary>
/// <param name="Level">Its level.</param>
/// <param name="EventId">Its event id.</param>
/// <param name="Category">The logger's name.</param>
/// <param name="Message">The formatted text.</param>
/// <param name="Exception">What was logged with it.</param>
/// <param name="Fields">The template's named values, the template itself under <c>{OriginalFormat}</c>.</param>
public sealed record CapturedLog(
    LogLevel Level,
    EventId EventId,
    string Category,
    string Message,
    Exception? Exception,
    IReadOnlyDictionary<string, object?> Fields)
{
    /// <summary>Level, event, text and exception in one line.</summary>
    public override string ToString() =>
        $"{Level} {EventId.Id} {Category}: {Message}{(Exception is null ? "" : $" | {Exception.GetType().Name}: {Exception.Message}")}";
}
