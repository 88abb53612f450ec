using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EntitlementCache.Messages.Json;

namespace EntitlementCache.Caching;

/// <summary>
/// Writes values of a message as JavaScript's <c>JSON.stringify</c> does. Utf8JsonWriter cannot: it copies a raw value with its white space, escapes and
/// zeros, and replaces half a surrogate pair.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>Appends a value as <c>JSON.stringify</c> would: no white space, canonical strings and numbers, members as received.</summary>
    public static void Write(this Utf8Output output, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                WriteString(output, JsonMarshal.GetRawUtf8Value(value));
                break;
            case JsonValueKind.Number:
                CanonicalNumber.Write(JsonMarshal.GetRawUtf8Value(value), output);
                break;
            case JsonValueKind.Object:
                WriteObject(output, value);
                break;
            case JsonValueKind.Array:
                WriteArray(output, value);
                break;
            default:
                output.Write(JsonMarshal.GetRawUtf8Value(value));
                break;
        }
    }

    /// <summary>Appends the contents of a string without quotes.</summary>
    public static void WriteStringContents(this Utf8Output output, JsonElement text) => WriteString(output, JsonText.Contents(text));

    private static void WriteString(Utf8Output output, ReadOnlySpan<byte> text)
    {
        if (JsonText.HasEscapes(text))
        {
            WriteEscaped(output, text);
        }
        else
        {
            output.Write(text);
        }
    }

    // The recursion is bounded by the depth of a body (64).
    private static void WriteObject(Utf8Output output, JsonElement value)
    {
        var separator = (byte)'{';
        foreach (var member in value.EnumerateObject())
        {
            output.Write(separator);
            output.Write((byte)'"');
            WriteString(output, JsonText.NameOf(member));
            output.Write("\":"u8);
            output.Write(member.Value);
            separator = (byte)',';
        }

        output.Write(separator == (byte)'{' ? "{}"u8 : "}"u8);
    }

    private static void WriteArray(Utf8Output output, JsonElement value)
    {
        var separator = (byte)'[';
        foreach (var element in value.EnumerateArray())
        {
            output.Write(separator);
            output.Write(element);
            separator = (byte)',';
        }

        output.Write(separator == (byte)'[' ? "[]"u8 : "]"u8);
    }

    /// <summary>Escaped is only what must be.</summary>
    private static void WriteEscaped(Utf8Output output, ReadOnlySpan<byte> contents)
    {
        Span<byte> bytes = stackalloc byte[JsonText.LongestEscape];
        while (!contents.IsEmpty)
        {
            output.Write(JsonText.TakePlain(ref contents));
            var escape = contents;
            if (escape.IsEmpty)
            {
                break;
            }

            if (!JsonText.TryTakeEscape(ref contents, out var scalar))
            {
                // A surrogate alone stays an escape, in the lower case that JSON.stringify gives it.
                Ascii.ToLower(escape[..JsonText.LongestEscape], bytes, out _);
                output.Write(bytes);
            }
            else if (scalar.Value >= ' ' && scalar.Value is not ('"' or '\\'))
            {
                output.Write(bytes[..scalar.EncodeToUtf8(bytes)]);
            }
            else
            {
                WriteEscape(output, scalar);
            }
        }
    }

    private static void WriteEscape(Utf8Output output, Rune scalar)
    {
        var letter = scalar.Value < ' ' ? JsonText.ControlEscapes[scalar.Value] : (char)scalar.Value;
        output.Write((byte)'\\');
        output.Write((byte)letter);
        if (letter == 'u')
        {
            output.Write(scalar.Value < 0x10 ? "000"u8 : "001"u8);
            output.Write("0123456789abcdef"u8[scalar.Value & 0xF]);
        }
    }
}
