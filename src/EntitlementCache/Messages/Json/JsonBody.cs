using System.Text.Json;
using System.Text.Unicode;

namespace EntitlementCache.Messages.Json;

/// <summary>Parses message bodies within the bounds of CONTRACT 5.</summary>
internal static class JsonBody
{
    /// <summary>Nesting allowed.</summary>
    public const int MaxDepth = 64;

    /// <summary>Parses a whole text. It is not copied: it must outlive the document.</summary>
    /// <exception cref="MalformedMessageException">Not UTF-8, not JSON, or nested deeper than <see cref="MaxDepth"/>.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        // The parser checks only what it decodes; ids and values are copied undecoded.
        if (!Utf8.IsValid(json.Span))
        {
            throw new MalformedMessageException("not valid UTF-8");
        }

        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException failure)
        {
            throw new MalformedMessageException($"not valid JSON at line {failure.LineNumber}, byte {failure.BytePositionInLine}");
        }
    }
}
