using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace PersistentCacheService.Sqs.Operations;

/// <summary>Undoes the escapes of a JSON string where it lies: what an escape stands for is never longer than the escape.</summary>
internal static class JsonUnescape
{
    /// <summary>Unescapes the content of a JSON string, without its quotes. A lone surrogate becomes U+FFFD, as in every conversion to UTF-8.</summary>
    /// <returns>How many bytes at the start of <paramref name="text"/> are the result.</returns>
    /// <exception cref="JsonException">An escape is malformed.</exception>
    public static int InPlace(Span<byte> text)
    {
        var read = text.IndexOf((byte)'\\');
        if (read < 0)
        {
            return text.Length;
        }

        var written = read;
        while (read < text.Length)
        {
            // Here text[read] is a backslash.
            if (read + 1 >= text.Length)
            {
                throw new JsonException("The string ends within an escape.");
            }

            var kind = text[read + 1];
            if (kind == (byte)'u')
            {
                var rune = ReadUnicode(text, ref read);
                written += rune.EncodeToUtf8(text[written..]);
            }
            else
            {
                text[written++] = Plain(kind);
                read += 2;
            }

            // The run up to the next escape moves down in one piece.
            var rest = text[read..];
            var run = rest.IndexOf((byte)'\\');
            if (run != 0)
            {
                var piece = run < 0 ? rest : rest[..run];
                piece.CopyTo(text[written..]);
                written += piece.Length;
                read += piece.Length;
            }
        }

        return written;
    }

    private static byte Plain(byte kind) => kind switch
    {
        (byte)'"' or (byte)'\\' or (byte)'/' => kind,
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        _ => throw new JsonException("Unknown escape in a string."),
    };

    /// <summary>Reads <c>\uXXXX</c>, or a pair of them for one character outside the basic plane.</summary>
    private static Rune ReadUnicode(ReadOnlySpan<byte> text, ref int read)
    {
        var first = ReadUnit(text, ref read);
        if (Rune.TryCreate(first, out var rune))
        {
            return rune;
        }

        if (char.IsHighSurrogate(first) && text[read..].StartsWith("\\u"u8))
        {
            var next = read;
            if (Rune.TryCreate(first, ReadUnit(text, ref next), out rune))
            {
                read = next;
                return rune;
            }
        }

        return Rune.ReplacementChar;
    }

    private static char ReadUnit(ReadOnlySpan<byte> text, ref int read)
    {
        const int EscapeLength = 6; // \uXXXX
        if (read + EscapeLength <= text.Length
            && Utf8Parser.TryParse(text.Slice(read + 2, 4), out ushort unit, out var consumed, 'x')
            && consumed == 4)
        {
            read += EscapeLength;
            return (char)unit;
        }

        throw new JsonException("Malformed \\u escape in a string.");
    }
}
