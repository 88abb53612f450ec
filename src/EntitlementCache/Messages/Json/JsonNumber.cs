using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EntitlementCache.Messages.Json;

/// <summary>What a number must be to be passed on; its text stays as it came (written by <see cref="Caching.CanonicalNumber"/>).</summary>
internal static class JsonNumber
{
    /// <summary>An exact decimal of a double has at most 767 significant digits, a sensible one 17; longer texts are an attack.</summary>
    public const int LongestText = 800;

    // Without an exponent always below 2^53.
    private const int SurelyFiniteDigits = 15;

    /// <summary>Whether a number is one that JavaScript can hold (finite as a double).</summary>
    public static bool IsFinite(JsonElement number) => IsFinite(JsonMarshal.GetRawUtf8Value(number));

    /// <inheritdoc cref="IsFinite(JsonElement)"/>
    public static bool IsFinite(ReadOnlySpan<byte> text) =>
        (text.Length <= SurelyFiniteDigits && text.IndexOfAny((byte)'e', (byte)'E') < 0) ||
        (text.Length <= LongestText && Utf8Parser.TryParse(text, out double value, out _) && double.IsFinite(value));

    /// <summary>Whether every number inside a value is finite.</summary>
    public static bool AreFinite(JsonElement value)
    {
        // The recursion is bounded by the depth of a body (64).
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                return IsFinite(value);
            case JsonValueKind.Array:
                foreach (var element in value.EnumerateArray())
                {
                    if (!AreFinite(element))
                    {
                        return false;
                    }
                }

                return true;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    if (!AreFinite(member.Value))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return true;
        }
    }

    /// <summary>A number of milliseconds since 1970, fractions cut off, within what a JavaScript Date can hold.</summary>
    public static bool TryReadMilliseconds(ReadOnlySpan<byte> text, out long milliseconds)
    {
        if (Utf8Parser.TryParse(text, out milliseconds, out var consumed) && consumed == text.Length)
        {
            return JsonDate.IsInRange(milliseconds);
        }

        milliseconds = 0;
        if (!Utf8Parser.TryParse(text, out double value, out _) || Math.Abs(value) > JsonDate.MaxMilliseconds)
        {
            return false;
        }

        milliseconds = (long)value;
        return true;
    }
}
