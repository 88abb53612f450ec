namespace PersistentCacheService.Messages.Json;

/// <summary>ISO 8601 dates as Unix milliseconds, for the forms JavaScript and .NET services send.</summary>
internal static class JsonDate
{
    /// <summary>Largest distance from 1970 in ms that a JavaScript Date holds; below 2^53, so every date compares exactly also as a double.</summary>
    public const long MaxMilliseconds = 8_640_000_000_000_000;

    private const int DateLength = 10; // YYYY-MM-DD
    private const int MillisecondDigits = 3;

    /// <summary>Whether a JavaScript Date could hold it.</summary>
    public static bool IsInRange(long milliseconds) => milliseconds is >= -MaxMilliseconds and <= MaxMilliseconds;

    /// <summary>
    /// Reads <c>YYYY-MM-DD</c> alone or followed by <c>T</c> (or a space), <c>HH:mm</c>, <c>:ss</c>, a fraction of any length (cut to ms) and
    /// <c>Z</c> or an offset <c>+HH:mm</c>, <c>+HHmm</c>, <c>+HH</c>; without one it is UTC.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (!TryReadDate(text, out var days))
        {
            return false;
        }

        text = text[DateLength..];
        long timeOfDay = 0;
        if (!text.IsEmpty)
        {
            if (text[0] is not ((byte)'T' or (byte)'t' or (byte)' '))
            {
                return false;
            }

            text = text[1..];
            if (!TryReadTime(ref text, out timeOfDay) || !TryReadOffset(text, out var offset))
            {
                return false;
            }

            timeOfDay -= offset;
        }

        milliseconds = (days * 86_400_000) + timeOfDay;
        return true;
    }

    private static bool TryReadDate(ReadOnlySpan<byte> text, out long days)
    {
        days = 0;
        if (text.Length < DateLength || text[4] != (byte)'-' || text[7] != (byte)'-' ||
            !TryReadDigits(text[..4], out var year) || !TryReadDigits(text[5..7], out var month) || !TryReadDigits(text[8..DateLength], out var day) ||
            year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        // Days of the civil calendar, the year starting in March so that the leap day is its last.
        var y = month <= 2 ? year - 1 : year;
        var monthFromMarch = (month + 9) % 12;
        var dayOfYear = (((153 * monthFromMarch) + 2) / 5) + day - 1;
        days = (365L * y) + (y / 4) - (y / 100) + (y / 400) + dayOfYear - 719_468; // 719468 days from 0000-03-01 to 1970-01-01
        return true;
    }

    private static bool TryReadTime(ref ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.Length < 5 || text[2] != (byte)':' || !TryReadDigits(text[..2], out var hour) || !TryReadDigits(text[3..5], out var minute) ||
            hour > 23 || minute > 59)
        {
            return false;
        }

        text = text[5..];
        milliseconds = ((hour * 60) + minute) * 60_000L;
        if (text.IsEmpty || text[0] != (byte)':')
        {
            return true;
        }

        if (text.Length < 3 || !TryReadDigits(text[1..3], out var second) || second > 59)
        {
            return false;
        }

        text = text[3..];
        milliseconds += second * 1000;
        return TryReadFraction(ref text, ref milliseconds);
    }

    private static bool TryReadFraction(ref ReadOnlySpan<byte> text, ref long milliseconds)
    {
        if (text.IsEmpty || text[0] is not ((byte)'.' or (byte)','))
        {
            return true;
        }

        text = text[1..];
        var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? text.Length : digits;
        var fraction = 0;
        for (var i = 0; i < MillisecondDigits; i++)
        {
            fraction = (fraction * 10) + (i < digits ? text[i] - '0' : 0);
        }

        milliseconds += fraction;
        text = text[digits..];
        return digits > 0;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.IsEmpty || (text.Length == 1 && text[0] is (byte)'Z' or (byte)'z'))
        {
            return true;
        }

        var minuteStart = text.Length == 6 && text[3] == (byte)':' ? 4 : 3;
        var minute = 0;
        if (text[0] is not ((byte)'+' or (byte)'-') || text.Length is not (3 or 5 or 6) || (text.Length == 6) != (minuteStart == 4) ||
            !TryReadDigits(text[1..3], out var hour) || (text.Length > 3 && !TryReadDigits(text[minuteStart..], out minute)) ||
            hour > 23 || minute > 59)
        {
            return false;
        }

        milliseconds = ((hour * 60) + minute) * (text[0] == (byte)'-' ? -60_000L : 60_000L);
        return true;
    }

    private static bool TryReadDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + digit - '0';
        }

        return true;
    }
}
