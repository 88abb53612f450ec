using System.Diagnostics;
using System.Text.Json;

namespace PersistentCacheService.Tracing;

/// <summary>The <c>traceId</c> that Stigg's events carry in their payload. Read of traced messages only, after they were decoded.</summary>
/// <param name="Text">As the message has it.</param>
/// <param name="Link">To the trace, when the text is a trace id: 32 hexadecimal digits, or a UUID. Its span is not known.</param>
internal readonly record struct StiggTrace(string Text, ActivityLink? Link)
{
    /// <summary>Attribute with the text, of the span and of the link.</summary>
    public const string TagName = "stigg.trace_id";

    // A trace id of 32 digits, a UUID, or another tracer's format; longer is something else.
    private const int LongestText = 128;
    private const int MaxLayers = 4;

    private static readonly string[] Layers = ["Message", "detail", "data", "payload", "message", "body", "event"];

    /// <summary>Finds the outermost one.</summary>
    /// <param name="body">UTF-8 of a message that could be decoded.</param>
    /// <returns>Null: there is none that is printable.</returns>
    public static StiggTrace? Find(ReadOnlyMemory<byte> body)
    {
        try
        {
            return FindText(body.Span, MaxLayers) is { Length: > 0 and <= LongestText } text && !text.AsSpan().ContainsAnyExceptInRange(' ', '~')
                ? new StiggTrace(text, LinkTo(text))
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // What the decoder did not look at need not be sound: half a surrogate pair, for example.
            return null;
        }
    }

    private static string? FindText(ReadOnlySpan<byte> json, int layers)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var (isTraceId, isLayer) = (reader.ValueTextEquals("traceId"u8), IsLayer(ref reader));
            reader.Read();
            if (isTraceId && reader.TokenType == JsonTokenType.String)
            {
                return reader.GetString();
            }

            if (isLayer && reader.TokenType == JsonTokenType.String && layers > 0 && FindInText(ref reader, layers - 1) is { } found)
            {
                return found;
            }

            if (!isLayer)
            {
                reader.Skip();
            }
        }

        return null;
    }

    private static string? FindInText(ref Utf8JsonReader reader, int layers)
    {
        var text = new byte[reader.ValueSpan.Length];
        var inner = text.AsSpan(0, reader.CopyString(text));
        return inner.StartsWith("{"u8) ? FindText(inner, layers) : null;
    }

    private static bool IsLayer(ref Utf8JsonReader reader)
    {
        foreach (var layer in Layers)
        {
            if (reader.ValueTextEquals(layer))
            {
                return true;
            }
        }

        return false;
    }

    private static ActivityLink? LinkTo(string text)
    {
        var digits = Guid.TryParseExact(text, "D", out var id) || Guid.TryParseExact(text, "N", out id) ? id.ToString("N") : null;
        return digits is null || id == Guid.Empty
            ? null
            : new ActivityLink(
                new ActivityContext(ActivityTraceId.CreateFromString(digits), default, ActivityTraceFlags.None, isRemote: true),
                new ActivityTagsCollection { [TagName] = text });
    }
}
