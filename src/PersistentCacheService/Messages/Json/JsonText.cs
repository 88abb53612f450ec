using System.Text;

namespace PersistentCacheService.Messages.Json;

/// <summary>JSON string contents (without quotes) whose escapes a JSON reader has found well-formed.</summary>
internal static class JsonText
{
    private const int LongEscape = 6; // \uXXXX

    /// <summary>Resolves escapes into UTF-8, which is never longer.</summary>
    /// <returns>Bytes written, or -1 when an escaped surrogate has no partner.</returns>
    public static int Unescape(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        var written = 0;
        while (!text.IsEmpty)
        {
            var plain = text.IndexOf((byte)'\\');
            if (plain != 0)
            {
                var run = plain < 0 ? text : text[..plain];
                run.CopyTo(destination[written..]);
                written += run.Length;
                text = text[run.Length..];
                continue;
            }

            if (!TryReadEscape(ref text, out var scalar))
            {
                return -1;
            }

            written += scalar.EncodeToUtf8(destination[written..]);
        }

        return written;
    }

    /// <summary>Writes string contents as JavaScript's <c>JSON.stringify</c> does: escaped is only what must be.</summary>
    public static void WriteCanonical(ReadOnlySpan<byte> text, Utf8Output output)
    {
        while (!text.IsEmpty)
        {
            var plain = text.IndexOf((byte)'\\');
            if (plain != 0)
            {
                var run = plain < 0 ? text : text[..plain];
                output.Write(run);
                text = text[run.Length..];
                continue;
            }

            var escape = text;
            if (TryReadEscape(ref text, out var scalar))
            {
                WriteEscapedIfNeeded(scalar, output);
            }
            else
            {
                // A surrogate alone stays an escape, in the lower case JSON.stringify gives it.
                output.Write("\\u"u8);
                foreach (var digit in escape[2..LongEscape])
                {
                    output.Write((byte)(digit | 0x20));
                }
            }
        }
    }

    private static void WriteEscapedIfNeeded(Rune scalar, Utf8Output output)
    {
        switch (scalar.Value)
        {
            case '"':
                output.Write("\\\""u8);
                break;
            case '\\':
                output.Write("\\\\"u8);
                break;
            case '\b':
                output.Write("\\b"u8);
                break;
            case '\f':
                output.Write("\\f"u8);
                break;
            case '\n':
                output.Write("\\n"u8);
                break;
            case '\r':
                output.Write("\\r"u8);
                break;
            case '\t':
                output.Write("\\t"u8);
                break;
            case < ' ':
                output.Write("\\u00"u8);
                output.Write((byte)('0' + (scalar.Value >> 4)));
                output.Write("0123456789abcdef"u8[scalar.Value & 0xF]);
                break;
            default:
                Span<byte> utf8 = stackalloc byte[4];
                output.Write(utf8[..scalar.EncodeToUtf8(utf8)]);
                break;
        }
    }

    /// <summary>Reads the escape (or pair of surrogate escapes) <paramref name="text"/> begins with and moves behind it.</summary>
    /// <returns>False for a surrogate alone; it is skipped.</returns>
    private static bool TryReadEscape(ref ReadOnlySpan<byte> text, out Rune scalar)
    {
        if (text[1] != (byte)'u')
        {
            scalar = new Rune(ShortEscape(text[1]));
            text = text[2..];
            return true;
        }

        var first = ReadHex(text[2..LongEscape]);
        text = text[LongEscape..];
        if (Rune.TryCreate(first, out scalar))
        {
            return true;
        }

        if (char.IsHighSurrogate(first) && text.Length >= LongEscape && text[0] == (byte)'\\' && text[1] == (byte)'u' &&
            Rune.TryCreate(first, ReadHex(text[2..LongEscape]), out scalar))
        {
            text = text[LongEscape..];
            return true;
        }

        return false;
    }

    private static char ShortEscape(byte letter) => letter switch
    {
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        _ => (char)letter, // quote, backslash, slash
    };

    private static char ReadHex(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits)
        {
            value = (value << 4) | (digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return (char)value;
    }
}
