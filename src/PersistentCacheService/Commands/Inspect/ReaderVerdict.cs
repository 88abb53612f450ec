using System.Globalization;
using System.Text.Json;
using EntitlementCache.Settings;

namespace PersistentCacheService.Commands.Inspect;

/// <summary>Whether a reader answers from the cache.</summary>
/// <param name="Generation">Which reader.</param>
/// <param name="Reasons">Why it would ask the Edge API instead; empty: it would not.</param>
internal sealed record ReaderVerdict(ReaderGeneration Generation, IReadOnlyList<string> Reasons)
{
    /// <summary>True: a hit.</summary>
    public bool IsHit => Reasons.Count == 0;

    /// <summary>The readers that a layout is made for.</summary>
    public static IReadOnlyList<ReaderGeneration> ReadersOf(CacheLayout layout) => layout switch
    {
        CacheLayout.V2 => [ReaderGeneration.V2],
        CacheLayout.Dual => [ReaderGeneration.V3, ReaderGeneration.V2],
        _ => [ReaderGeneration.V3],
    };

    /// <summary>Applies the rules of CONTRACT 3.</summary>
    /// <param name="generation">Which reader.</param>
    /// <param name="snapshot">What Redis holds.</param>
    /// <param name="now">The moment of reading.</param>
    public static ReaderVerdict Of(ReaderGeneration generation, CacheSnapshot snapshot, DateTimeOffset now)
    {
        var entitlements = snapshot.Entitlements;
        if (entitlements.Value is null)
        {
            return new ReaderVerdict(generation, [$"{entitlements.Name} is missing"]);
        }

        var reasons = new List<string>();
        if (snapshot.Problem is { } problem)
        {
            reasons.Add($"{entitlements.Name} {problem}");
        }

        if (generation == ReaderGeneration.V3 || snapshot.Global is not null)
        {
            AddUnlessTimestamp(entitlements, reasons);
        }

        AddGlobal(snapshot, reasons);
        foreach (var item in snapshot.Items)
        {
            AddItem(generation, item, now, reasons);
        }

        return new ReaderVerdict(generation, reasons);
    }

    private static void AddGlobal(CacheSnapshot snapshot, List<string> reasons)
    {
        if (snapshot.Global is not { } global)
        {
            return;
        }

        AddUnlessTimestamp(global, reasons);
        if (global.Timestamp > snapshot.Entitlements.Timestamp)
        {
            reasons.Add($"{global.TimestampName} is newer than that of the resource");
        }
    }

    private static void AddItem(ReaderGeneration generation, CachedItem item, DateTimeOffset now, List<string> reasons)
    {
        if (item.ValidUntil is { } end && end <= now.ToUnixTimeMilliseconds())
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{item.Name} ended at {Moment.Iso(end)}"));
        }

        // The old generation knows no credits.
        if (item.Usage is not { } usage || (generation == ReaderGeneration.V2 && item.Type == "CREDIT"))
        {
            return;
        }

        if (usage.Value is null)
        {
            reasons.Add($"{usage.Name} is missing");
        }
        else if (!IsObject(usage.Value))
        {
            reasons.Add($"{usage.Name} is no JSON object");
        }

        if (generation == ReaderGeneration.V3)
        {
            AddUnlessTimestamp(usage, reasons);
        }
    }

    private static void AddUnlessTimestamp(StoredKey key, List<string> reasons)
    {
        if (key.Timestamp is null)
        {
            reasons.Add(key.TimestampText is null ? $"{key.TimestampName} is missing" : $"{key.TimestampName} is no timestamp");
        }
    }

    private static bool IsObject(string value)
    {
        try
        {
            return JsonElement.Parse(value).ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
