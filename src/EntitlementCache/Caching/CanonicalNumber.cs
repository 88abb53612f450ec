using System.Buffers.Text;
using EntitlementCache.Messages.Json;

namespace EntitlementCache.Caching;

/// <summary>Writes numbers that keep their decimal value exactly: no detour over binary floating point.</summary>
internal static class CanonicalNumber
{
    // 15 digits: always below 2^53, so the text is what JSON.stringify would write.
    private const int SurelySafeDigits = 15;

    // With at most 800 digits, what is beyond 10^1200 is zero, vanishes to zero, or has been refused as not finite.
    private const int LargestExponent = 1200;

    // JavaScript writes 1e21 and more, and less than 1e-6, with an exponent.
    private const int LargestPlainExponent = 21;
    private const int SmallestPlainExponent = -6;

    /// <summary>Writes it as JavaScript would: no superfluous zeros, no exponent between 1e-6 and 1e21, no negative zero; all digits that were given stay.</summary>
    /// <param name="text">A number that <see cref="JsonNumber.IsFinite(ReadOnlySpan{byte})"/>, so not longer than <see cref="JsonNumber.LongestText"/>.</param>
    /// <param name="output">Target.</param>
    public static void Write(ReadOnlySpan<byte> text, Utf8Output output)
    {
        if (text.Length <= SurelySafeDigits && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            output.Write(text);
            return;
        }

        var isNegative = text[0] == (byte)'-';
        Span<byte> buffer = stackalloc byte[JsonNumber.LongestText];
        var digits = Significant(isNegative ? text[1..] : text, buffer, out var point);
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
        point = 0;
        var mark = text.IndexOfAny((byte)'e', (byte)'E');
        if (mark >= 0)
        {
            var exponent = text[(mark + 1)..].TrimStart((byte)'+');
            if (!Utf8Parser.TryParse(exponent, out point, out _) || point is < -LargestExponent or > LargestExponent)
            {
                return [];
            }

            text = text[..mark];
        }

        var dot = text.IndexOf((byte)'.');
        var whole = dot < 0 ? text : text[..dot];
        var fraction = dot < 0 ? [] : text[(dot + 1)..];
        whole.CopyTo(digits);
        fraction.CopyTo(digits[whole.Length..]);
        digits = digits[..(whole.Length + fraction.Length)];
        var significant = digits.TrimStart((byte)'0');
        point += whole.Length - (digits.Length - significant.Length);
        return significant.TrimEnd((byte)'0');
    }

    private static void WriteShortest(ReadOnlySpan<byte> digits, int point, Utf8Output output)
    {
        if (point > 0 && (point <= LargestPlainExponent || point <= digits.Length))
        {
            // Integers that are too large for JavaScript to show in full keep all digits that were given.
            var whole = digits[..Math.Min(point, digits.Length)];
            output.Write(whole);
            WriteZeros(point - whole.Length, output);
            WriteFraction(digits[whole.Length..], output);
        }
        else if (point is > SmallestPlainExponent and <= 0)
        {
            output.Write("0."u8);
            WriteZeros(-point, output);
            output.Write(digits);
        }
        else
        {
            output.Write(digits[..1]);
            WriteFraction(digits[1..], output);
            output.Write(point < 1 ? "e"u8 : "e+"u8);
            output.Write((long)point - 1);
        }
    }

    private static void WriteFraction(ReadOnlySpan<byte> digits, Utf8Output output)
    {
        if (!digits.IsEmpty)
        {
            output.Write((byte)'.');
            output.Write(digits);
        }
    }

    private static void WriteZeros(int count, Utf8Output output)
    {
        for (; count > 0; count--)
        {
            output.Write((byte)'0');
        }
    }
}
