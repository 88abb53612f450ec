using System.Text.Json;
using PersistentCacheService.Commands.Inspect;

namespace PersistentCacheService.Auditing;

/// <summary>
/// Compares an entitlement with the one this service would write, by meaning: what is null, empty or false is the same as what is not there, members that only
/// other writers know do not count, and neither does usage, which has keys of its own.
/// </summary>
internal static class EntryComparison
{
    // What decides about access: a reader minds them where the Edge API has none.
    private static readonly string[] Terms =
        ["usageLimit", "hasUnlimitedUsage", "hasSoftLimit", "accessDeniedReason", "enumValues", "validUntil", "resourceId", "creditRate"];

    private static readonly string[] FeatureTerms = ["featureType", "meterType"];

    // What an entry is found by.
    private static readonly string[] Identity = ["type", "feature", "id"];

    // The name of a credit's members is settled nowhere (CONTRACT 2): an SDK may have written others.
    private static readonly string[] OfCredits = ["usageLimit", "hasSoftLimit", "accessDeniedReason", "validUntil"];

    /// <summary>The differences that decide about access, in words, e.g. <c>usageLimit is 5, the Edge API says 10</c>; empty: there are none.</summary>
    public static IEnumerable<string> Differences(CachedItem stored, CachedItem expected) => expected.Type == "CREDIT"
        ? Differences(stored.Entitlement, expected.Entitlement, OfCredits)
        : Differences(stored.Entitlement, expected.Entitlement, Terms).Concat(Differences(Feature(stored), Feature(expected), FeatureTerms));

    /// <summary>The differences in what is only shown: names, units, reset periods. None of a credit: its members are settled nowhere.</summary>
    public static IEnumerable<string> DisplayDifferences(CachedItem stored, CachedItem expected) => expected.Type == "CREDIT"
        ? []
        : Differences(stored.Entitlement, expected.Entitlement, Names(expected.Entitlement).Except(Terms, StringComparer.Ordinal).Except(Identity, StringComparer.Ordinal))
            .Concat(Differences(Feature(stored), Feature(expected), Names(Feature(expected)).Except(FeatureTerms, StringComparer.Ordinal).Except(Identity, StringComparer.Ordinal)));

    /// <summary>Whether usage is the same. Of a credit the Edge API tells no start of the period, but a usage event may.</summary>
    public static bool SameUsage(JsonElement stored, JsonElement expected) =>
        Array.TrueForAll(["currentUsage", "usagePeriodEnd"], name => Same(Member(stored, name), Member(expected, name)))
        && (IsNothing(Member(expected, "usagePeriodStart")) || Same(Member(stored, "usagePeriodStart"), Member(expected, "usagePeriodStart")));

    /// <summary>A member; undefined when it is missing.</summary>
    public static JsonElement Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) ? member : default;

    /// <summary>A value for people.</summary>
    public static string Text(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? "missing" : value.GetRawText();

    private static JsonElement Feature(CachedItem item) => Member(item.Entitlement, "feature");

    private static IEnumerable<string> Names(JsonElement parent) =>
        parent.ValueKind == JsonValueKind.Object ? parent.EnumerateObject().Select(static member => member.Name) : [];

    private static IEnumerable<string> Differences(JsonElement stored, JsonElement expected, IEnumerable<string> names) => names
        .Select(name => (Name: name, Stored: Member(stored, name), Expected: Member(expected, name)))
        .Where(static pair => !Same(pair.Stored, pair.Expected))
        .Select(static pair => $"{pair.Name} is {Text(pair.Stored)}, the Edge API says {Text(pair.Expected)}");

    private static bool Same(JsonElement stored, JsonElement expected)
    {
        if (IsNothing(stored) || IsNothing(expected))
        {
            return IsNothing(stored) && IsNothing(expected);
        }

        return expected.ValueKind == JsonValueKind.Object && stored.ValueKind == JsonValueKind.Object
            ? expected.EnumerateObject().All(member => Same(Member(stored, member.Name), member.Value))
            : JsonElement.DeepEquals(stored, expected);
    }

    private static bool IsNothing(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => value.ValueEquals(""),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => false,
    };
}
