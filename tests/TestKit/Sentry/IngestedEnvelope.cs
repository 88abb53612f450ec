using System.Text.Json;

namespace TestKit.Sentry;

/// <summary>One request as the ingest server saw it.</summary>
public sealed record IngestedEnvelope(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Text)
{
    /// <summary>The event, third line of the envelope.</summary>
    public JsonElement Event => JsonDocument.Parse(Text.Split('\n')[2]).RootElement;

    /// <summary>The message: formatted, if it has a template.</summary>
    public string? Message
    {
        get
        {
            var entry = Event.GetProperty("logentry");
            return (entry.TryGetProperty("formatted", out var formatted) ? formatted : entry.GetProperty("message")).GetString();
        }
    }
}
