using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EntitlementCache.Messages;
using EntitlementCache.Messages.Json;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>Where in a message decoding stopped.</summary>
/// <param name="Member">The way from the body on; <c> > </c> enters a text that holds JSON. Empty: the body itself.</param>
/// <param name="InBody">Byte of the body, from 0.</param>
/// <param name="InText">Byte of the innermost text; null: that is the body.</param>
/// <param name="Found">What stands there, without its value.</param>
internal sealed record StoppingPlace(string Member, int InBody, int? InText, string Found)
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Finds the place.</summary>
    /// <param name="body">UTF-8 text.</param>
    /// <param name="trail">The envelopes that were opened.</param>
    /// <param name="path">The member that is wrong, from the payload on; null: no single one.</param>
    public static StoppingPlace Find(ReadOnlyMemory<byte> body, DecodeTrail trail, string? path)
    {
        if (body.Length > MessageDecoder.MaxBodyLength)
        {
            return new StoppingPlace("", MessageDecoder.MaxBodyLength, null, "more bytes than a message may have");
        }

        var mark = body.Span.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        var layer = new TextLayer(body[mark..], null, mark, default);
        var way = "";
        var document = Open(layer, way, out var broken);
        var element = document?.RootElement ?? default;
        foreach (var step in trail.Steps)
        {
            if (document is null)
            {
                break;
            }

            element = Enter(element, step.Member, out _);
            way = Join(way, step.Member);
            if (step.IsText && element.ValueKind == JsonValueKind.String)
            {
                var contents = JsonText.Contents(element).ToArray();
                var inner = new TextLayer(Unescaped(contents), layer, OffsetOf(layer, element) + 1, contents);
                (layer, way) = (inner, way + " > ");
                document.Dispose();
                document = Open(layer, way, out broken);
                element = document?.RootElement ?? default;
            }
        }

        using (document)
        {
            return broken ?? At(layer, way, element, path);
        }
    }

    private static StoppingPlace At(TextLayer layer, string way, JsonElement payload, string? path)
    {
        var isThere = true;
        var place = path is null ? payload : Enter(payload, path, out isThere);
        var found = isThere ? Describe(place) : "nothing: what should hold it begins there";
        return Of(layer, path is null ? way : Join(way, path), OffsetOf(layer, place), found);
    }

    private static StoppingPlace Of(TextLayer layer, string way, int offset, string found) =>
        new(way.EndsWith(" > ", StringComparison.Ordinal) ? way[..^3] : way, layer.InBody(offset), layer.Outer is null ? null : offset, found);

    /// <summary>Opens a text; when it is no JSON, says where.</summary>
    private static JsonDocument? Open(TextLayer layer, string way, out StoppingPlace? broken)
    {
        broken = null;
        if (FirstInvalidByte(layer.Text.Span) is { } invalid)
        {
            broken = Of(layer, way, invalid, "a byte that is not UTF-8");
            return null;
        }

        try
        {
            return JsonDocument.Parse(layer.Text, new JsonDocumentOptions { MaxDepth = JsonBody.MaxDepth });
        }
        catch (JsonException failure)
        {
            var (inside, offset) = JsonTrace.Follow(layer.Text.Span, failure);
            broken = Of(layer, inside.Length == 0 ? way : Join(way, inside), offset, offset >= layer.Text.Length ? "the end of the text" : "what is not JSON, or nested too deep");
            return null;
        }
    }

    private static int? FirstInvalidByte(ReadOnlySpan<byte> text)
    {
        for (var offset = 0; offset < text.Length;)
        {
            if (Rune.DecodeFromUtf8(text[offset..], out _, out var length) != OperationStatus.Done)
            {
                return offset;
            }

            offset += length;
        }

        return null;
    }

    /// <summary>Follows names with dots and <c>[positions]</c>; of a name that occurs twice the last one.</summary>
    /// <returns>Where it ends, or the last that is there.</returns>
    private static JsonElement Enter(JsonElement element, string path, out bool isThere)
    {
        isThere = true;
        foreach (var part in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var bracket = part.IndexOf('[', StringComparison.Ordinal);
            var name = bracket < 0 ? part : part[..bracket];
            var index = bracket < 0 ? -1 : int.Parse(part.AsSpan(bracket + 1).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture);
            isThere = TryEnter(ref element, name, index);
            if (!isThere)
            {
                break;
            }
        }

        return element;
    }

    private static bool TryEnter(ref JsonElement element, string name, int index)
    {
        if (name.Length > 0 && !TryFind(ref element, Encoding.UTF8.GetBytes(name)))
        {
            return false;
        }

        if (index >= 0)
        {
            if (element.ValueKind != JsonValueKind.Array || index >= element.GetArrayLength())
            {
                return false;
            }

            element = element[index];
        }

        return true;
    }

    private static bool TryFind(ref JsonElement element, ReadOnlySpan<byte> name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        JsonElement? last = null;
        foreach (var member in element.EnumerateObject())
        {
            // Not the member's name as a string: half a surrogate pair in it throws.
            var written = JsonText.NameOf(member);
            if (written.SequenceEqual(name) || (JsonText.HasEscapes(written) && JsonText.TryUnescape(written, out var text) && text.Span.SequenceEqual(name)))
            {
                last = member.Value;
            }
        }

        element = last ?? element;
        return last is not null;
    }

    private static int OffsetOf(TextLayer layer, JsonElement element) =>
        element.ValueKind != JsonValueKind.Undefined && layer.Text.Span.Overlaps(JsonMarshal.GetRawUtf8Value(element), out var offset) ? offset : 0;

    private static byte[] Unescaped(byte[] contents)
    {
        var text = new byte[contents.Length];
        return text[..Math.Max(0, JsonText.Unescape(contents, text))];
    }

    private static string Join(string way, string member) => way.Length == 0 || way.EndsWith(" > ", StringComparison.Ordinal) ? way + member : $"{way}.{member}";

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => string.Create(CultureInfo.InvariantCulture, $"an array of {value.GetArrayLength():#,0}"),
        JsonValueKind.String => string.Create(CultureInfo.InvariantCulture, $"a string of {JsonText.Contents(value).Length:#,0} bytes"),
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };
}
