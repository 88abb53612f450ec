using System.Globalization;
using System.Text.Json;

namespace PersistentCacheService.Sentry.Events;

/// <summary>Spellings the protocol asks for, and this client's name.</summary>
internal static class SentryFormat
{
    /// <summary>Name of this client.</summary>
    public const string ClientName = "persistent-cache-service";

    /// <summary>Version of this client: the service's.</summary>
    public static readonly string ClientVersion = typeof(SentryFormat).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? "0.0.0";

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public static string Id(Guid id) => id.ToString("N", CultureInfo.InvariantCulture);

    /// <summary>RFC 3339, UTC, milliseconds.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The object that names this client.</summary>
    public static void WriteSdk(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, ClientName);
        json.WriteString("version"u8, ClientVersion);
        json.WriteEndObject();
    }
}
