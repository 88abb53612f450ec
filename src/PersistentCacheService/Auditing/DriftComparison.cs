using System.Text.Json;
using PersistentCacheService.Commands.Inspect;

namespace PersistentCacheService.Auditing;

/// <summary>Compares what is cached with what the Edge API says, key by key and entitlement by entitlement. What is newer in the cache is right.</summary>
/// <param name="stored">What is cached, read after the Edge API was asked.</param>
/// <param name="expected">What the Edge API says.</param>
/// <param name="now">The time.</param>
internal sealed class DriftComparison(CacheSnapshot stored, ExpectedState expected, DateTimeOffset now)
{
    private readonly List<Drift> _drifts = [];

    /// <summary>All differences; empty: the cache is right, or the customer is not cached any more.</summary>
    public static IReadOnlyList<Drift> Of(CacheSnapshot stored, ExpectedState expected, DateTimeOffset now)
    {
        var comparison = new DriftComparison(stored, expected, now);
        if (stored.Entitlements.TimestampText is not null)
        {
            comparison.CompareEntitlements();
            comparison.CompareMetadata();
        }

        return comparison._drifts;
    }

    private void Add(DriftKind kind, string subject, string detail) => _drifts.Add(new Drift(kind, subject, detail));

    private void CompareEntitlements()
    {
        if (Problem(stored.Entitlements, stored.Problem) is { } problem)
        {
            Add(problem.Kind, "entitlements", problem.Detail);
            return;
        }

        if (IsNewer(stored.Entitlements, expected.Timestamp))
        {
            return;
        }

        if (expected.IsGone)
        {
            if (stored.Items.Count > 0)
            {
                Add(DriftKind.Stale, "entitlements", "the Edge API has none for this customer");
            }

            return;
        }

        var known = stored.Items.ToLookup(static item => (item.Type, item.Id));
        foreach (var item in expected.Items)
        {
            if (known[(item.Type, item.Id)].FirstOrDefault() is { } cached)
            {
                CompareEntry(cached, item);
                CompareUsage(cached, item);
            }
            else
            {
                Add(DriftKind.Missing, Name(item), "the Edge API lists it, the cache does not");
            }
        }

        var listed = expected.Items.Select(static item => (item.Type, item.Id)).ToHashSet();
        foreach (var item in stored.Items.Where(item => !listed.Contains((item.Type, item.Id))))
        {
            Add(IsEnded(item) ? DriftKind.Expired : OlderKind(stored.Entitlements), Name(item), "the cache lists it, the Edge API does not");
        }
    }

    private void CompareEntry(CachedItem cached, CachedItem item)
    {
        var differences = string.Join("; ", EntryComparison.Differences(cached, item));
        if (differences.Length > 0)
        {
            Add(IsEnded(cached) ? DriftKind.Expired : OlderKind(stored.Entitlements), Name(item), differences);
        }

        var display = string.Join("; ", EntryComparison.DisplayDifferences(cached, item));
        if (display.Length > 0)
        {
            Add(DriftKind.Display, Name(item), display);
        }
    }

    private void CompareUsage(CachedItem cached, CachedItem item)
    {
        if (!expected.Usage.TryGetValue((item.Type, item.Id), out var usage))
        {
            return;
        }

        var subject = $"usage of {item.Id}";
        if (cached.Usage is not { } key || (key.Value is null && key.TimestampText is null))
        {
            Add(DriftKind.Missing, subject, "readers take the customer for a miss and ask the Edge API");
        }
        else if (Problem(key, ParseProblem(key.Value)) is { } problem)
        {
            Add(problem.Kind, subject, problem.Detail);
        }
        else if (!IsNewer(key, usage.Timestamp) && !EntryComparison.SameUsage(JsonElement.Parse(key.Value!), usage.Value))
        {
            Add(
                key.Timestamp < usage.Timestamp ? DriftKind.Stale : DriftKind.Different,
                subject,
                $"{key.Value} of {Moment.Iso(key.Timestamp!.Value)}, the Edge API says {EntryComparison.Text(usage.Value)} of {Moment.Iso(usage.Timestamp)}");
        }
    }

    private void CompareMetadata()
    {
        var metadata = stored.Metadata;
        if (metadata.Value is null && metadata.TimestampText is null)
        {
            if (expected.Reason is { } absent && !IsNewer(stored.Entitlements, expected.Timestamp))
            {
                Add(DriftKind.Missing, "metadata", $"the Edge API denies access: {absent}");
            }

            return;
        }

        if (Problem(metadata, ParseProblem(metadata.Value)) is { } problem)
        {
            Add(problem.Kind, "metadata", problem.Detail);
            return;
        }

        var reason = CachedItem.Text(JsonElement.Parse(metadata.Value!), "accessDeniedReason");
        if (!expected.IsGone && !IsNewer(metadata, expected.Timestamp) && reason != expected.Reason)
        {
            Add(OlderKind(metadata), "metadata", $"accessDeniedReason is {reason ?? "null"}, the Edge API says {expected.Reason ?? "null"}");
        }
    }

    private static string Name(CachedItem item) => $"{(item.Type == "CREDIT" ? "credit" : "entitlement")} {item.Id}";

    private static string? ParseProblem(string? value)
    {
        try
        {
            return value is null || JsonElement.Parse(value).ValueKind == JsonValueKind.Object ? null : "is no JSON object";
        }
        catch (JsonException)
        {
            return "is no JSON";
        }
    }

    private static (DriftKind Kind, string Detail)? Problem(StoredKey key, string? problem) => key switch
    {
        { Value: null } => (DriftKind.Missing, "a timestamp stands without its value"),
        { TimestampText: null } => (DriftKind.Missing, "a value stands without its timestamp"),
        { Timestamp: null } => (DriftKind.Undecodable, "its timestamp is no date"),
        _ when problem is not null => (DriftKind.Undecodable, problem),
        _ => null,
    };

    /// <summary>What is newer in the cache came from a message that the Edge API's answer does not know yet; but no message comes from the future.</summary>
    private bool IsNewer(StoredKey key, long time) =>
        time != 0 && key.Timestamp > time && key.Timestamp <= now.AddDays(1).ToUnixTimeMilliseconds();

    private DriftKind OlderKind(StoredKey key) => expected.Timestamp == 0 || key.Timestamp < expected.Timestamp ? DriftKind.Stale : DriftKind.Different;

    private bool IsEnded(CachedItem item) => item.ValidUntil <= now.ToUnixTimeMilliseconds();
}
