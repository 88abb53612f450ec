using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace EntitlementCache.Messages.Json;

/// <summary>
/// Strings as UTF-8. The readers of System.Text.Json throw at an escaped surrogate that has no partner; a hostile message can hold 100,000 of them, so
/// nothing here throws.
/// </summary>
internal static class JsonText
{
    /// <summary>Bytes that one byte can be escaped with: <c>\uXXXX</c>.</summary>
    public const int LongestEscape = 6;

    /// <summary>The letter behind the backslash, by control character; u: it has none of its own.</summary>
    public const string ControlEscapes = "uuuuuuuubtnufruuuuuuuuuuuuuuuuuu";

    /// <summary>Contents of a string as the message spells it: without quotes, still escaped.</summary>
    public static ReadOnlySpan<byte> Contents(JsonElement text) => JsonMarshal.GetRawUtf8Value(text)[1..^1];

    /// <summary>The same of a member's name.</summary>
    public static ReadOnlySpan<byte> NameOf(JsonProperty member) => JsonMarshal.GetRawUtf8PropertyName(member);

    /// <summary>Whether contents of a string differ from the text they stand for.</summary>
    public static bool HasEscapes(ReadOnlySpan<byte> contents) => contents.Contains((byte)'\\');

    /// <summary>Whether a value is a string that says <paramref name="expected"/>.</summary>
    public static bool Says(JsonElement value, ReadOnlySpan<byte> expected)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        var contents = Contents(value);
        return contents.SequenceEqual(expected) ||
            (HasEscapes(contents) && TryUnescape(contents, out var text) && text.Span.SequenceEqual(expected));
    }

    /// <summary>UTF-8 of string contents, in memory of its own.</summary>
    /// <returns>False when it has an escaped surrogate without its partner, which UTF-8 cannot carry.</returns>
    public static bool TryUnescape(ReadOnlySpan<byte> contents, out ReadOnlyMemory<byte> text)
    {
        var unescaped = new byte[contents.Length];
        var length = Unescape(contents, unescaped);
        text = unescaped.AsMemory(0, Math.Max(length, 0));
        return length >= 0;
    }

    /// <summary>Resolves escapes into UTF-8, which is never longer.</summary>
    /// <returns>Bytes written, or -1 when an escaped surrogate has no partner.</returns>
    public static int Unescape(ReadOnlySpan<byte> contents, Span<byte> destination)
    {
        var written = 0;
        while (!contents.IsEmpty)
        {
            var plain = TakePlain(ref contents);
            plain.CopyTo(destination[written..]);
            written += plain.Length;
            if (contents.IsEmpty)
            {
                break;
            }

            if (!TryTakeEscape(ref contents, out var scalar))
            {
                return -1;
            }

            written += scalar.EncodeToUtf8(destination[written..]);
        }

        return written;
    }

    /// <summary>Takes what stands before the next escape.</summary>
    public static ReadOnlySpan<byte> TakePlain(ref ReadOnlySpan<byte> contents)
    {
        var escape = contents.IndexOf((byte)'\\');
        var plain = escape < 0 ? contents : contents[..escape];
        contents = contents[plain.Length..];
        return plain;
    }

    /// <summary>Takes the escape (or pair of surrogate escapes) that <paramref name="contents"/> begin with.</summary>
    /// <returns>False for a surrogate alone; it is still taken.</returns>
    public static bool TryTakeEscape(ref ReadOnlySpan<byte> contents, out Rune scalar)
    {
        if (contents[1] != (byte)'u')
        {
            // Quote, backslash and slash stand for themselves.
            var control = ControlEscapes.IndexOf((char)contents[1], StringComparison.Ordinal);
            scalar = new Rune(control < 0 ? contents[1] : control);
            contents = contents[2..];
            return true;
        }

        var first = TakeUnit(ref contents);
        if (Rune.TryCreate(first, out scalar))
        {
            return true;
        }

        var rest = contents;
        if (!rest.StartsWith("\\u"u8) || !Rune.TryCreate(first, TakeUnit(ref rest), out scalar))
        {
            return false;
        }

        contents = rest;
        return true;
    }

    private static char TakeUnit(ref ReadOnlySpan<byte> contents)
    {
        // The parser of the message has found four hexadecimal digits.
        _ = Utf8Parser.TryParse(contents[2..LongestEscape], out ushort unit, out _, 'x');
        contents = contents[LongestEscape..];
        return (char)unit;
    }
}
