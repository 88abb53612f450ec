using System.Globalization;
using System.Net;

namespace PersistentCacheService.Sentry.Transport;

/// <summary>
/// When Sentry wants to hear nothing more. Limits come with any answer, a success included, and the longest wins; while one
/// holds, events are dropped, not kept.
/// </summary>
internal sealed class RateLimits(TimeProvider time)
{
    /// <summary>Header of all limits by category; decides alone when it is there.</summary>
    public const string LimitsHeader = "X-Sentry-Rate-Limits";

    // What the protocol prescribes when 429 comes without a usable time.
    private static readonly TimeSpan Unspecified = TimeSpan.FromSeconds(60);

    // A mistaken header must not silence error reporting until the next deployment.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private DateTimeOffset _limitedUntil = DateTimeOffset.MinValue;

    /// <summary>True while events are not wanted.</summary>
    public bool IsLimited => time.GetUtcNow() < _limitedUntil;

    /// <summary>Takes in what an answer says.</summary>
    public void Update(HttpResponseMessage response)
    {
        var now = time.GetUtcNow();
        TimeSpan? limit = null;
        if (response.Headers.TryGetValues(LimitsHeader, out var limits))
        {
            // With several header lines each is a list of its own.
            limit = FromLimits(string.Join(',', limits));
        }
        else if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            var retryAfter = response.Headers.TryGetValues("Retry-After", out var values) ? values.FirstOrDefault() : null;
            limit = FromRetryAfter(retryAfter, now);
        }

        if (limit is { } pause && now + pause > _limitedUntil)
        {
            _limitedUntil = now + pause;
        }
    }

    /// <summary>
    /// The limit for error events in <c>retry_after:categories:scope:...</c>, a comma-separated list; categories are separated by
    /// semicolons, none means all.
    /// </summary>
    /// <returns>The longest limit that concerns errors, null when none does.</returns>
    public static TimeSpan? FromLimits(string header)
    {
        TimeSpan? longest = null;
        foreach (var entry in header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = entry.Split(':', StringSplitOptions.TrimEntries);
            var categories = fields.Length > 1 ? fields[1].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [];
            if (categories.Length > 0 && !categories.Any(IsOurs))
            {
                continue;
            }

            var limit = Seconds(fields[0]) ?? Unspecified;
            longest = longest is { } known && known > limit ? known : limit;
        }

        return longest;
    }

    /// <summary>The pause a Retry-After header asks for: seconds, whole or not, or a date; 60 s when it is missing or unreadable.</summary>
    public static TimeSpan FromRetryAfter(string? header, DateTimeOffset now)
    {
        if (header is null)
        {
            return Unspecified;
        }

        if (Seconds(header) is { } seconds)
        {
            return seconds;
        }

        var isDate = DateTimeOffset.TryParseExact(
            header.Trim(),
            "r",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var date);
        return isDate ? Clamp(date - now) : Unspecified;
    }

    private static bool IsOurs(string category) =>
        category.Equals("error", StringComparison.OrdinalIgnoreCase) || category.Equals("default", StringComparison.OrdinalIgnoreCase);

    private static TimeSpan? Seconds(string text)
    {
        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds);
        return isNumber ? Clamp(TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds))) : null;
    }

    private static TimeSpan Clamp(TimeSpan pause) => pause < TimeSpan.Zero ? TimeSpan.Zero : pause > Longest ? Longest : pause;
}
