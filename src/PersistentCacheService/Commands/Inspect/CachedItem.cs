using System.Text.Json;
using EntitlementCache.Caching;

namespace PersistentCacheService.Commands.Inspect;

/// <summary>One entitlement of the cached map.</summary>
/// <param name="Name">Its member name.</param>
/// <param name="Entry">Its value.</param>
/// <param name="Usage">Its usage key; null: readers look for none.</param>
internal sealed record CachedItem(string Name, JsonElement Entry, StoredKey? Usage)
{
    /// <summary>Its <c>calculatedEntitlement</c>.</summary>
    public JsonElement Entitlement => Part(Entry, "calculatedEntitlement");

    /// <summary>FEATURE or CREDIT.</summary>
    public string Type => Text(Entitlement, "type") ?? (Feature.ValueKind != JsonValueKind.Object && CurrencyId is not null ? "CREDIT" : "FEATURE");

    /// <summary>Id of the feature or of the currency.</summary>
    public string Id => Type == "CREDIT" ? CurrencyId ?? Name : Text(Feature, "id") ?? Name;

    /// <summary>Id of a credit's currency, wherever the writer put it; null: it is nowhere.</summary>
    public string? CurrencyId =>
        Text(Part(Entitlement, EntitlementValueWriter.Currency), "currencyId")
        ?? Members(Entitlement).Select(static member => Text(member.Value, "currencyId")).FirstOrDefault(static id => id is not null)
        ?? Text(Entitlement, "currencyId")
        ?? Text(Part(Entitlement, EntitlementValueWriter.Currency), "id");

    /// <summary>BOOLEAN, NUMBER or ENUM; null for a credit.</summary>
    public string? FeatureType => Text(Feature, "featureType");

    /// <summary>None, Incremental or Fluctuating; null when it has none.</summary>
    public string? MeterType => Text(Feature, "meterType");

    /// <summary>Whether readers merge a usage key into it (CONTRACT 3).</summary>
    public bool IsUsageTrackable => Type == "CREDIT" || (FeatureType == "NUMBER" && MeterType is "Incremental" or "Fluctuating");

    /// <summary>Why it is denied; null: it is not.</summary>
    public string? AccessDeniedReason => Text(Entitlement, "accessDeniedReason");

    /// <summary>End of the entitlement, ms since the epoch; null: none.</summary>
    public long? ValidUntil => Number(Entitlement, "validUntil") is { } time ? (long)time : null;

    /// <summary>Limit, grant or configured number; null: none.</summary>
    public double? UsageLimit => Number(Entitlement, "usageLimit");

    /// <summary>Whether there is no limit.</summary>
    public bool HasUnlimitedUsage => IsTrue(Entitlement, "hasUnlimitedUsage");

    /// <summary>Whether the limit may be passed.</summary>
    public bool HasSoftLimit => IsTrue(Entitlement, "hasSoftLimit");

    private JsonElement Feature => Part(Entitlement, "feature");

    /// <summary>A text member; null when it is missing or no text.</summary>
    public static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    /// <summary>A number member; null when it is missing or no number.</summary>
    public static double? Number(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number ? member.GetDouble() : null;

    private static bool IsTrue(JsonElement parent, string name) => Part(parent, name).ValueKind == JsonValueKind.True;

    private static JsonElement Part(JsonElement parent, string name) => parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var part) ? part : default;

    private static JsonElement.ObjectEnumerator Members(JsonElement parent) => parent.ValueKind == JsonValueKind.Object ? parent.EnumerateObject() : default;
}
