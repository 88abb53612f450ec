namespace PersistentCacheService.Messages.Json;

/// <summary>ISO 8601 dates as Unix milliseconds, for the forms JavaScript and .NET services send.</summary>
internal static class JsonDate
{
    /// <summary>Largest distance from 1970 in ms that a JavaScript Date holds; below 2^53, so every date compares exactly also as a double.</summary>
    public const long MaxMilliseconds = 8_640_000_000_000_000;

    private const int YearLength = 4;
    private const int ExpandedYearLength = 7; // a sign and six digits
    private const int MonthAndDayLength = 6; // -MM-DD
    private const long DaysOf400Years = 146_097;
    private const int MillisecondDigits = 3;

    /// <summary>Whether a JavaScript Date could hold it.</summary>
    public static bool IsInRange(long milliseconds) => milliseconds is >= -MaxMilliseconds and <= MaxMilliseconds;

    /// <summary>
    /// Reads <c>YYYY-MM-DD</c> or <c>+YYYYYY-MM-DD</c> (JavaScript's years outside 0 to 9999) alone or followed by <c>T</c> (or a space), <c>HH:mm</c>, <c>:ss</c>, a fraction of any length (cut to ms) and
    /// <c>Z</c> or an offset <c>+HH:mm</c>, <c>+HHmm</c>, <c>+HH</c>; without one it is UTC.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (!TryReadYear(ref text, out var year) || !TryReadDays(ref text, year, out var days))
        {
            return false;
        }

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
        return IsInRange(milliseconds);
    }

    private static bool TryReadYear(ref ReadOnlySpan<byte> text, out int year)
    {
        var isExpanded = !text.IsEmpty && text[0] is (byte)'+' or (byte)'-';
        var length = isExpanded ? ExpandedYearLength : YearLength;
        year = 0;
        if (text.Length < length || !TryReadDigits(text[(isExpanded ? 1 : 0)..length], out year) || (year == 0 && text[0] != (byte)'+'))
        {
            return false;
        }

        year = text[0] == (byte)'-' ? -year : year;
        text = text[length..];
        return true;
    }

    /// <summary>Days from 1970 to the month and day that <paramref name="text"/> begins with.</summary>
    private static bool TryReadDays(ref ReadOnlySpan<byte> text, int year, out long days)
    {
        // Calendars repeat every 400 years; 2,500 times that makes every year positive.
        var positive = year + (400 * 2500);
        days = 0;
        if (text.Length < MonthAndDayLength || text[0] != (byte)'-' || text[3] != (byte)'-' ||
            !TryReadDigits(text[1..3], out var month) || !TryReadDigits(text[4..MonthAndDayLength], out var day) ||
            month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(2000 + (positive % 400), month))
        {
            return false;
        }

        // Days of the civil calendar, the year starting in March so that the leap day is its last.
        var y = month <= 2 ? positive - 1 : positive;
        var monthFromMarch = (month + 9) % 12;
        var dayOfYear = (((153 * monthFromMarch) + 2) / 5) + day - 1;
        days = (365L * y) + (y / 4) - (y / 100) + (y / 400) + dayOfYear - 719_468 - (DaysOf400Years * 2500); // 719468 days from 0000-03-01 to 1970-01-01
        text = text[MonthAndDayLength..];
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
