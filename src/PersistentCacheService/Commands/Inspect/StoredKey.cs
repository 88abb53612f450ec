using System.Globalization;

namespace PersistentCacheService.Commands.Inspect;

/// <summary>A value key with its timestamp key, as stored.</summary>
/// <param name="Name">Name of the value key.</param>
/// <param name="Value">The value; null: there is none.</param>
/// <param name="TimestampText">Value of the timestamp key; null: there is none.</param>
/// <param name="ExpiresIn">Time until the value expires; null: it does not, is not there, or the Redis user may not ask (<see cref="IsExpiryKnown"/>).</param>
/// <param name="IsExpiryKnown">Whether Redis answered the expiry.</param>
internal sealed record StoredKey(string Name, string? Value, string? TimestampText, TimeSpan? ExpiresIn, bool IsExpiryKnown)
{
    // Of a JavaScript Date.
    private const long LargestDate = 8_640_000_000_000_000;

    /// <summary>Name of the timestamp key.</summary>
    public string TimestampName => Name + "#timestamp";

    /// <summary>The timestamp as readers take it, ms since the epoch; null: there is none they accept.</summary>
    public long? Timestamp =>
        long.TryParse(TimestampText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time) && Math.Abs((decimal)time) <= LargestDate ? time : null;
}
