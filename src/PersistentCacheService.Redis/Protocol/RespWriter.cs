using System.Buffers.Text;

namespace PersistentCacheService.Redis.Protocol;

/// <summary>The lengths and bytes of RESP2 requests. Destinations must be large enough: lengths are computed first, so nothing fails half-way.</summary>
internal static class RespWriter
{
    /// <summary>Digits of <see cref="long.MinValue"/> with its sign.</summary>
    public const int MaxIntegerLength = 20;

    /// <summary>Bytes of a bulk string of <paramref name="length"/> bytes with its header and end.</summary>
    public static int BulkLength(int length) => HeaderLength(length) + length + 2;

    /// <summary>Bytes of <c>$length\r\n</c> or <c>*length\r\n</c>.</summary>
    public static int HeaderLength(int length) => 1 + CountDigits(length) + 2;

    /// <summary>Writes <c>$number\r\n</c> or <c>*number\r\n</c>; returns how many bytes that were.</summary>
    public static int WriteHeader(Span<byte> destination, byte type, int number)
    {
        destination[0] = type;
        Utf8Formatter.TryFormat(number, destination[1..], out var digits);
        "\r\n"u8.CopyTo(destination[(1 + digits)..]);
        return digits + 3;
    }

    /// <summary>Writes a bulk string; returns how many bytes that were.</summary>
    public static int WriteBulk(Span<byte> destination, ReadOnlySpan<byte> value)
    {
        var header = WriteHeader(destination, (byte)'$', value.Length);
        value.CopyTo(destination[header..]);
        "\r\n"u8.CopyTo(destination[(header + value.Length)..]);
        return header + value.Length + 2;
    }

    /// <summary>Writes a number as a bulk string; returns how many bytes that were.</summary>
    public static int WriteBulkInteger(Span<byte> destination, long value)
    {
        Span<byte> digits = stackalloc byte[MaxIntegerLength];
        Utf8Formatter.TryFormat(value, digits, out var written);
        return WriteBulk(destination, digits[..written]);
    }

    private static int CountDigits(int value)
    {
        var digits = 1;
        for (; value >= 10; value /= 10)
        {
            digits++;
        }

        return digits;
    }
}
