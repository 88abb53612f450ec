using System.Globalization;
using System.Text.Json.Nodes;
using TestKit.Invariants;

namespace Demo;

/// <summary>What Redis holds.</summary>
internal static class CacheReport
{
    private const string TimestampSuffix = "#timestamp";
    private const int ValueWidth = 110;

    private static readonly TimeSpan Expiry = TimeSpan.FromDays(7); // KEYS_TTL_IN_SECS' default.

    public static async Task PrintAsync(DemoStack stack, Checklist checks, Story story)
    {
        using var redis = await RedisReader.ConnectAsync(stack.Redis.Host, stack.Redis.Port);
        var all = await redis.ReadAllAsync();
        var customer = $"{DemoStack.Prefix}:c_{Story.Customer}";
        Print(all, customer);

        var map = all.TryGetValue(customer, out var stored) && stored.Value is { } text ? JsonNode.Parse(text) as JsonObject : null;
        PrintMap(map ?? []);

        checks.Add("api-calls is 120, at the time of that message", Holds(all, $"{customer}:f_api-calls", 120, story.Start + 20_000));
        checks.Add("seats is 9, unwrapped from SNS", Holds(all, $"{customer}:f_seats", 9, story.Start + 22_000));
        checks.Add("ai-tokens is 1010.5, to the digit", Holds(all, $"{customer}:credit_ai-tokens", 1010.5, story.Start + 21_000));
        checks.Add("the map holds all five entitlements", map?.Count == 5);
        checks.Add("the resource has keys of its own", all.ContainsKey($"{customer}:r_{Story.Resource}") && all.ContainsKey($"{customer}:r_{Story.Resource}:f_seats"));
        checks.Add(
            "every value has its timestamp, and every key expires within 7 days",
            all.All(pair => pair.Value.Expiry is { } left && left <= Expiry && left > Expiry - TimeSpan.FromMinutes(1) && all.ContainsKey(PartnerOf(pair.Key))));

        var purged = $"{DemoStack.Prefix}:c_{Story.PurgedCustomer}";
        var rest = all.Keys.Where(key => key.StartsWith(purged, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        checks.Add("the purge left only usage", rest.SequenceEqual([$"{purged}:f_api-calls", $"{purged}:f_api-calls{TimestampSuffix}"]));
        var fetched = $"{DemoStack.Prefix}:c_{Story.FetchedCustomer}";
        checks.Add($"{Story.FetchedCustomer} was fetched from the Edge API: 2 seats", Holds(all, $"{fetched}:f_seats", 2, story.Start) && all.ContainsKey(fetched));
        checks.Add("nothing else was written", all.Keys.All(key => ((string[])[customer, purged, fetched]).Any(known => key.StartsWith(known, StringComparison.Ordinal))));
    }

    private static void Print(IReadOnlyDictionary<string, StoredValue> all, string customer)
    {
        var keys = all.Keys
            .Where(key => key.StartsWith(customer, StringComparison.Ordinal) && !key.EndsWith(TimestampSuffix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        Page.Title($"Redis: the keys of customer {Story.Customer}");
        Page.Table(
            ["key", "timestamp", "expires in", "value"],
            [.. keys.Select(key => new[]
            {
                key,
                all.TryGetValue(key + TimestampSuffix, out var timestamp) ? Readable(timestamp.Value) : "missing",
                all[key].Expiry is { } left ? left.ToString(@"d\d\ hh\:mm\:ss", CultureInfo.InvariantCulture) : "never",
                Page.Shortened(all[key].Value ?? "", ValueWidth),
            })]);
    }

    private static void PrintMap(JsonObject map)
    {
        Page.Line($"\nthe entitlements of {Story.Customer}, one member a line:");
        foreach (var (name, entry) in map)
        {
            Page.Line(Page.Shortened($"  {name}: {entry!.ToJsonString(Page.ReadableJson)}", ValueWidth + 100));
        }
    }

    private static string Readable(string? timestamp) =>
        long.TryParse(timestamp, CultureInfo.InvariantCulture, out var time)
            ? DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)
            : timestamp ?? "";

    private static bool Holds(IReadOnlyDictionary<string, StoredValue> all, string key, double usage, long time) =>
        all.TryGetValue(key, out var value)
        && JsonNode.Parse(value.Value!)?["currentUsage"]?.GetValue<double>() is { } stored && stored.Equals(usage)
        && all.TryGetValue(key + TimestampSuffix, out var timestamp)
        && timestamp.Value == time.ToString(CultureInfo.InvariantCulture);

    private static string PartnerOf(string key) =>
        key.EndsWith(TimestampSuffix, StringComparison.Ordinal) ? key[..^TimestampSuffix.Length] : key + TimestampSuffix;
}
