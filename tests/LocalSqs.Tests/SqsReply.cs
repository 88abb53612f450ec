using System.Net;
using System.Text.Json;

namespace LocalSqs.Tests;

/// <summary>An answer of the emulator.</summary>
internal sealed record SqsReply(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, string Text)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The value of __type, namespace included; null when there is none.</summary>
    public string? ErrorType => Json.TryGetProperty("__type", out var type) ? type.GetString() : null;

    public string? ErrorMessage => Json.GetProperty("message").GetString();
}
