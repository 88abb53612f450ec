using System.Text.Json;

namespace PersistentCacheService.Commands.Inspect;

/// <summary>One entitlement of the cached map.</summary>
/// <param name="Name">Its member name.</param>
/// <param name="Entitlement">Its <c>calculatedEntitlement</c>.</param>
/// <param name="Usage">Its usage key; null: readers look for none.</param>
internal sealed record CachedItem(string Name, JsonElement Entitlement, StoredKey? Usage)
{
    /// <summary>FEATURE or CREDIT.</summary>
    public string Type => Text(Entitlement, "type") ?? "FEATURE";

    /// <summary>Id of the feature or of the currency.</summary>
    public string Id => Type == "CREDIT" ? Text(Part("currency"), "currencyId") ?? Name : Text(Part("feature"), "id") ?? Name;

    /// <summary>BOOLEAN, NUMBER or ENUM; null for a credit.</summary>
    public string? FeatureType => Text(Part("feature"), "featureType");

    /// <summary>None, Incremental or Fluctuating; null when it has none.</summary>
    public string? MeterType => Text(Part("feature"), "meterType");

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

    /// <summary>A text member; null when it is missing or no text.</summary>
    public static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    /// <summary>A number member; null when it is missing or no number.</summary>
    public static double? Number(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number ? member.GetDouble() : null;

    private static bool IsTrue(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.True;

    private JsonElement Part(string name) => Entitlement.ValueKind == JsonValueKind.Object && Entitlement.TryGetProperty(name, out var part) ? part : default;
}
