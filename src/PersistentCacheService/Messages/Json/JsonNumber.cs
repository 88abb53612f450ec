using System.Buffers.Text;

namespace PersistentCacheService.Messages.Json;

/// <summary>JSON numbers that keep their decimal value exactly: no detour over binary floating point when they are written.</summary>
internal static class JsonNumber
{
    // An exact decimal of a double has at most 767 significant digits, a sensible one 17; longer texts are somebody's attack.
    private const int LongestText = 800;

    // 15 digits: always below 2^53, so the text is what JSON.stringify would write.
    private const int SurelySafeDigits = 15;

    // With at most 800 digits, what is beyond 10^1200 is zero, vanishes to zero, or has been refused as not finite.
    private const int LargestExponent = 1200;

    // JavaScript writes 1e21 and more, and less than 1e-6, with an exponent.
    private const int LargestPlainExponent = 21;
    private const int SmallestPlainExponent = -6;

    /// <summary>Whether the number is one that JavaScript can hold (finite as a double).</summary>
    public static bool IsFinite(ReadOnlySpan<byte> text) =>
        text.Length <= SurelySafeDigits ? !HasExponent(text) || IsFiniteDouble(text) : text.Length <= LongestText && IsFiniteDouble(text);

    /// <summary>Writes it as JavaScript would: no superfluous zeros, no exponent between 1e-6 and 1e21, no negative zero; all digits that were given stay.</summary>
    /// <param name="text">A number that <see cref="IsFinite"/>.</param>
    public static void Write(ReadOnlySpan<byte> text, Utf8Output output)
    {
        if (text.Length <= SurelySafeDigits && text[0] != (byte)'-' && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
        {
            output.Write(text);
            return;
        }

        WriteDecimal(text, output);
    }

    /// <summary>A number of milliseconds since 1970, fractions cut off, within what a JavaScript Date can hold.</summary>
    public static bool TryReadMilliseconds(ReadOnlySpan<byte> text, out long milliseconds)
    {
        if (Utf8Parser.TryParse(text, out milliseconds, out var consumed) && consumed == text.Length)
        {
            return JsonDate.IsInRange(milliseconds);
        }

        milliseconds = 0;
        if (!Utf8Parser.TryParse(text, out double value, out consumed) || consumed != text.Length || Math.Abs(value) > JsonDate.MaxMilliseconds)
        {
            return false;
        }

        milliseconds = (long)value;
        return true;
    }

    private static bool HasExponent(ReadOnlySpan<byte> text) => text.IndexOfAny((byte)'e', (byte)'E') >= 0;

    private static bool IsFiniteDouble(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out double value, out var consumed) && consumed == text.Length && double.IsFinite(value);

    private static void WriteDecimal(ReadOnlySpan<byte> text, Utf8Output output)
    {
        var isNegative = text[0] == (byte)'-';
        var digits = text.Length <= LongestText ? stackalloc byte[text.Length] : new byte[text.Length];
        digits = Significant(isNegative ? text[1..] : text, digits, out var point);
        if (digits.IsEmpty)
        {
            output.Write((byte)'0');
            return;
        }

        if (isNegative)
        {
            output.Write((byte)'-');
        }

        WriteShortest(digits, point, output);
    }

    /// <summary>Splits a number into its significant digits and the place of its point: value = 0.digits x 10^point.</summary>
    private static Span<byte> Significant(ReadOnlySpan<byte> text, Span<byte> digits, out int point)
    {
        var exponent = 0;
        var mark = text.IndexOfAny((byte)'e', (byte)'E');
        if (mark >= 0)
        {
            var sign = text[mark + 1] == (byte)'+' ? 2 : 1;
            if (!Utf8Parser.TryParse(text[(mark + sign)..], out exponent, out _) || Math.Abs((long)exponent) > LargestExponent)
            {
                point = 0;
                return [];
            }

            text = text[..mark];
        }

        var dot = text.IndexOf((byte)'.');
        var whole = dot < 0 ? text : text[..dot];
        whole.CopyTo(digits);
        var count = whole.Length;
        if (dot >= 0)
        {
            text[(dot + 1)..].CopyTo(digits[count..]);
            count += text.Length - dot - 1;
        }

        var all = digits[..count];
        var leading = all.IndexOfAnyExcept((byte)'0');
        point = whole.Length - Math.Max(leading, 0) + exponent;
        return leading < 0 ? [] : all[leading..].TrimEnd((byte)'0');
    }

    private static void WriteShortest(ReadOnlySpan<byte> digits, int point, Utf8Output output)
    {
        if (point > LargestPlainExponent && digits.Length > point)
        {
            // More digits before the point than JavaScript shows: all of them stay.
            output.Write(digits[..point]);
            output.Write((byte)'.');
            output.Write(digits[point..]);
        }
        else if (point >= digits.Length && (point <= LargestPlainExponent || digits.Length == point))
        {
            output.Write(digits);
            WriteZeros(point - digits.Length, output);
        }
        else if (point is > 0 and <= LargestPlainExponent)
        {
            output.Write(digits[..point]);
            output.Write((byte)'.');
            output.Write(digits[point..]);
        }
        else if (point is > SmallestPlainExponent and <= 0)
        {
            output.Write("0."u8);
            WriteZeros(-point, output);
            output.Write(digits);
        }
        else
        {
            WriteWithExponent(digits, point - 1, output);
        }
    }

    private static void WriteWithExponent(ReadOnlySpan<byte> digits, int exponent, Utf8Output output)
    {
        output.Write(digits[..1]);
        if (digits.Length > 1)
        {
            output.Write((byte)'.');
            output.Write(digits[1..]);
        }

        output.Write(exponent < 0 ? "e"u8 : "e+"u8);
        output.Write((long)exponent);
    }

    private static void WriteZeros(int count, Utf8Output output)
    {
        for (; count > 0; count--)
        {
            output.Write((byte)'0');
        }
    }
}
