using System.Globalization;

namespace PersistentCacheService.Commands.Inspect;

/// <summary>Moments and spans in words.</summary>
internal static class Moment
{
    // Beyond the years a DateTimeOffset can hold.
    private const long Largest = 253_402_300_799_999;
    private const long Smallest = -62_135_596_800_000;

    /// <summary>ms since the epoch as ISO-8601; a number no calendar has as itself.</summary>
    public static string Iso(long time) => time is < Smallest or > Largest
        ? time.ToString(CultureInfo.InvariantCulture)
        : DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A span in its two largest units, e.g. <c>6 d 23 h</c>.</summary>
    public static string Span(TimeSpan span) => span.Duration() switch
    {
        { TotalDays: >= 1 } some => string.Create(CultureInfo.InvariantCulture, $"{some.Days} d {some.Hours} h"),
        { TotalHours: >= 1 } some => string.Create(CultureInfo.InvariantCulture, $"{some.Hours} h {some.Minutes} min"),
        { TotalMinutes: >= 1 } some => string.Create(CultureInfo.InvariantCulture, $"{some.Minutes} min {some.Seconds} s"),
        var some => string.Create(CultureInfo.InvariantCulture, $"{some.TotalSeconds:0.#} s"),
    };

    /// <summary>How long ago, or in how long.</summary>
    public static string Age(long time, DateTimeOffset now)
    {
        if (time is < Smallest or > Largest)
        {
            return Iso(time);
        }

        var age = now - DateTimeOffset.FromUnixTimeMilliseconds(time);
        return age < TimeSpan.Zero ? $"in {Span(age)}" : $"{Span(age)} ago";
    }

    /// <summary>When a key expires.</summary>
    public static string Expiry(StoredKey key) => key switch
    {
        { IsExpiryKnown: false } => "unknown: the Redis user lacks +pttl",
        { ExpiresIn: { } span } => $"in {Span(span)}",
        _ => "never",
    };
}
