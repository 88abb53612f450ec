using System.Text.Json;
using EntitlementCache.Observability;
using EntitlementCache.Observability.Errors;
using Serilog.Events;

namespace PersistentCacheService.StatusPage.Sections;

/// <summary>The last warnings and errors. By rule they hold neither a secret nor a body; they are scrubbed because an exception's text may be a library's.</summary>
internal sealed class LogSection(JsonLog log, Scrubber scrubber)
{
    /// <summary>Writes <c>lines</c>, the latest first, and <c>linesSinceStart</c>.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("linesSinceStart"u8, log.Recent.Count);
        json.WriteStartArray("lines"u8);
        foreach (var line in log.Recent.Latest)
        {
            json.WriteStartObject();
            json.WriteNumber("time"u8, line.Time.ToUnixTimeMilliseconds());
            json.WriteString("level"u8, line.Level is LogEventLevel.Warning ? "warning"u8 : line.Level is LogEventLevel.Error ? "error"u8 : "fatal"u8);
            if (line.EventId is { } id)
            {
                json.WriteNumber("event"u8, id);
            }

            json.WriteString("name"u8, line.Name);
            json.WriteString("text"u8, line.Shown(scrubber));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
