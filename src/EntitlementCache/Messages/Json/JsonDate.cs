using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EntitlementCache.Messages.Json;

/// <summary>Dates as Unix milliseconds, in the forms that JavaScript and .NET services send.</summary>
internal static partial class JsonDate
{
    /// <summary>Largest distance from 1970 in ms that a JavaScript Date holds; below 2^53, so every date compares exactly also as a double.</summary>
    public const long MaxMilliseconds = 8_640_000_000_000_000;

    // The longest sensible form with every character escaped; longer texts are not dates.
    private const int LongestText = 256;
    private const long DaysOf400Years = 146_097;

    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    /// <summary>Whether a JavaScript Date could hold it.</summary>
    public static bool IsInRange(long milliseconds) => milliseconds is >= -MaxMilliseconds and <= MaxMilliseconds;

    /// <summary>
    /// Reads a number of ms, or the text <c>YYYY-MM-DD</c> or <c>+YYYYYY-MM-DD</c> (JavaScript's years outside 0 to 9999) alone or followed by
    /// <c>T</c> (or a space), <c>HH:mm</c>, <c>:ss</c>, a fraction of any length (cut to ms) and <c>Z</c> or an offset <c>+HH:mm</c>, <c>+HHmm</c>,
    /// <c>+HH</c>; without one it is UTC. Other values are not dates.
    /// </summary>
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
        if (JsonText.HasEscapes(text))
        {
            // Some writers escape the plus of an offset.
            return JsonText.TryUnescape(text, out var unescaped) && TryMatch(unescaped.Span, out milliseconds);
        }

        // System.Text.Json takes a date without offset for local time.
        var hasOffset = text is [.., (byte)'Z'] or [.., (byte)'+' or (byte)'-', _, _, (byte)':', _, _];
        if (!hasOffset || !value.TryGetDateTimeOffset(out var date))
        {
            return TryMatch(text, out milliseconds);
        }

        milliseconds = date.ToUnixTimeMilliseconds();
        return true;
    }

    /// <summary>The forms that System.Text.Json does not read.</summary>
    private static bool TryMatch(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (Form().Match(Encoding.ASCII.GetString(text)) is not { Success: true } match)
        {
            return false;
        }

        // The calendar repeats every 400 years: a year that DateOnly cannot hold is read as one of 2000 to 2399.
        var year = Number("year");
        var cycles = (int)Math.Floor((year - 2000) / 400.0);
        var (month, day) = (Number("month"), Number("day"));
        if (month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year - (400 * cycles), month))
        {
            return false;
        }

        var days = new DateOnly(year - (400 * cycles), month, day).DayNumber - Epoch + (cycles * DaysOf400Years);
        var offset = ((Number("hours") * 60) + Number("minutes")) * (match.Groups["sign"].ValueSpan is "-" ? -1 : 1);
        var minutes = (days * 1440) + (Number("hour") * 60) + Number("minute") - offset;
        milliseconds = (((minutes * 60) + Number("second")) * 1000) + int.Parse(match.Groups["fraction"].Value.PadRight(3, '0').AsSpan(0, 3), CultureInfo.InvariantCulture);
        return IsInRange(milliseconds);

        int Number(string group) => match.Groups[group] is { Success: true } found ? int.Parse(found.ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(
        """
        \A (?<year> (?!0000)[0-9]{4} | (?!-000000)[+-][0-9]{6} ) - (?<month>[0-9]{2}) - (?<day>[0-9]{2})
        ( [Tt\x20] (?<hour>[01][0-9]|2[0-3]) : (?<minute>[0-5][0-9]) ( : (?<second>[0-5][0-9]) ( [.,] (?<fraction>[0-9]*) )? )?
          ( [Zz] | (?<sign>[+-]) (?<hours>[01][0-9]|2[0-3]) ( :? (?<minutes>[0-5][0-9]) )? )? )? \z
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        Timeout.Infinite)] // The text is short and nothing in the pattern is tried twice.
    private static partial Regex Form();
}
