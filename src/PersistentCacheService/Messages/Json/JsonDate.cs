using System.Runtime.InteropServices;
using System.Text.Json;

namespace PersistentCacheService.Messages.Json;

/// <summary>
/// Dates as Unix milliseconds, in the forms that JavaScript and .NET services send. System.Text.Json reads neither years of six digits nor a space or
/// an offset without colon, and takes a date without offset for local time.
/// </summary>
internal static class JsonDate
{
    /// <summary>Largest distance from 1970 in ms that a JavaScript Date holds; below 2^53, so every date compares exactly also as a double.</summary>
    public const long MaxMilliseconds = 8_640_000_000_000_000;

    // The longest sensible form with every character escaped; longer texts are not dates.
    private const int LongestText = 256;
    private const long DaysOf400Years = 146_097;
    private const int MillisecondDigits = 3;

    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    /// <summary>Whether a JavaScript Date could hold it.</summary>
    public static bool IsInRange(long milliseconds) => milliseconds is >= -MaxMilliseconds and <= MaxMilliseconds;

    /// <summary>Reads an ISO 8601 string or a number of ms (CONTRACT 2); other values are not dates.</summary>
    public static bool TryRead(JsonElement value, out long milliseconds)
    {
        milliseconds = 0;
        var kind = value.ValueKind;
        var text = JsonMarshal.GetRawUtf8Value(value);
        if (text.Length > LongestText || kind is not (JsonValueKind.Number or JsonValueKind.String))
        {
            return false;
        }

        if (kind == JsonValueKind.Number)
        {
            return JsonNumber.TryReadMilliseconds(text, out milliseconds);
        }

        text = text[1..^1];
        if (!JsonText.HasEscapes(text))
        {
            return TryParse(text, out milliseconds);
        }

        // Some writers escape the plus of an offset.
        Span<byte> unescaped = stackalloc byte[text.Length];
        var length = JsonText.Unescape(text, unescaped);
        return length >= 0 && TryParse(unescaped[..length], out milliseconds);
    }

    /// <summary>
    /// Reads <c>YYYY-MM-DD</c> or <c>+YYYYYY-MM-DD</c> (JavaScript's years outside 0 to 9999) alone or followed by <c>T</c> (or a space), <c>HH:mm</c>,
    /// <c>:ss</c>, a fraction of any length (cut to ms) and <c>Z</c> or an offset <c>+HH:mm</c>, <c>+HHmm</c>, <c>+HH</c>; without one it is UTC.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (!TryTakeDays(ref text, out var days) || !TryReadTime(text, out var timeOfDay))
        {
            return false;
        }

        milliseconds = (days * 86_400_000) + timeOfDay;
        return IsInRange(milliseconds);
    }

    /// <summary>Days from 1970 to the date that <paramref name="text"/> begins with.</summary>
    private static bool TryTakeDays(ref ReadOnlySpan<byte> text, out long days)
    {
        days = 0;
        var isNegative = TryTake(ref text, '-');
        var isExpanded = isNegative || TryTake(ref text, '+');
        if (!TryTakeNumber(ref text, isExpanded ? 6 : 4, out var year) || !TryTake(ref text, '-') || !TryTakeNumber(ref text, 2, out var month) ||
            !TryTake(ref text, '-') || !TryTakeNumber(ref text, 2, out var day) || (year == 0 && (isNegative || !isExpanded)))
        {
            return false;
        }

        // The calendar repeats every 400 years: a year that DateOnly cannot hold is read as one of 2000 to 2399.
        year = isNegative ? -year : year;
        var cycles = (int)Math.Floor((year - 2000) / 400.0);
        year -= 400 * cycles;
        if (month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        days = new DateOnly(year, month, day).DayNumber - Epoch + (cycles * DaysOf400Years);
        return true;
    }

    private static bool TryReadTime(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        if (!(TryTake(ref text, 'T') || TryTake(ref text, 't') || TryTake(ref text, ' ')) ||
            !TryTakeNumber(ref text, 2, out var hour) || !TryTake(ref text, ':') || !TryTakeNumber(ref text, 2, out var minute))
        {
            return false;
        }

        var (second, fraction) = (0, 0);
        if (TryTake(ref text, ':') && !(TryTakeNumber(ref text, 2, out second) && TryTakeFraction(ref text, out fraction)))
        {
            return false;
        }

        if (hour > 23 || minute > 59 || second > 59 || !TryReadOffset(text, out var offset))
        {
            return false;
        }

        milliseconds = (((((hour * 60) + minute - offset) * 60) + second) * 1000) + fraction;
        return true;
    }

    private static bool TryTakeFraction(ref ReadOnlySpan<byte> text, out int milliseconds)
    {
        milliseconds = 0;
        if (!TryTake(ref text, '.') && !TryTake(ref text, ','))
        {
            return true;
        }

        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var digits = end < 0 ? text : text[..end];
        for (var i = 0; i < MillisecondDigits; i++)
        {
            milliseconds = (milliseconds * 10) + (i < digits.Length ? digits[i] - '0' : 0);
        }

        text = text[digits.Length..];
        return !digits.IsEmpty;
    }

    /// <summary>Minutes that the clock is ahead of UTC.</summary>
    private static bool TryReadOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.IsEmpty || text is [(byte)'Z' or (byte)'z'])
        {
            return true;
        }

        var isBehind = TryTake(ref text, '-');
        var minute = 0;
        if (!(isBehind || TryTake(ref text, '+')) || !TryTakeNumber(ref text, 2, out var hour))
        {
            return false;
        }

        if (!text.IsEmpty)
        {
            TryTake(ref text, ':');
            if (!TryTakeNumber(ref text, 2, out minute))
            {
                return false;
            }
        }

        minutes = ((hour * 60) + minute) * (isBehind ? -1 : 1);
        return text.IsEmpty && hour <= 23 && minute <= 59;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> text, char sign)
    {
        if (text.IsEmpty || text[0] != sign)
        {
            return false;
        }

        text = text[1..];
        return true;
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<byte> text, int digits, out int value)
    {
        value = 0;
        if (text.Length < digits)
        {
            return false;
        }

        foreach (var digit in text[..digits])
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + digit - '0';
        }

        text = text[digits..];
        return true;
    }
}
