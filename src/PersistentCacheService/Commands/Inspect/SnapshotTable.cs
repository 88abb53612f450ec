using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PersistentCacheService.Commands.Inspect;

/// <summary>A snapshot for people.</summary>
internal static class SnapshotTable
{
    /// <summary>Several lines, without the last line break.</summary>
    public static string Print(
        CommandLine line, CacheAccess access, CacheSnapshot snapshot, IReadOnlyList<CreditComparison> credits, IReadOnlyList<ReaderVerdict> verdicts, CommandContext context)
    {
        var now = context.Time.GetUtcNow();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{line.CustomerId}{(line.ResourceId is null ? "" : $", resource {line.ResourceId}")} in {access.Settings.EnvironmentPrefix} at {access.Server}\n\n");
        AppendKey(text, "entitlements", snapshot.Entitlements, now);
        AppendKey(text, "metadata", snapshot.Metadata, now);
        if (snapshot.Global is { } global)
        {
            AppendKey(text, "of the customer", global, now);
        }

        text.Append(CultureInfo.InvariantCulture, $"{"lock",-16}{(snapshot.IsLocked ? $"held by an SDK that writes at this moment ({snapshot.LockName})" : "free")}\n");
        if (Reason(snapshot.Metadata) is { } reason)
        {
            text.Append(CultureInfo.InvariantCulture, $"{"access denied",-16}{reason}\n");
        }

        if (snapshot.Items.Count > 0)
        {
            text.Append('\n').Append(Items(snapshot, now).Print(context)).Append('\n');
        }

        AppendCredits(text, credits);
        text.Append('\n');
        foreach (var verdict in verdicts)
        {
            text.Append(CultureInfo.InvariantCulture, $"reader of {verdict.Generation.ToString().ToLowerInvariant()}: {(verdict.IsHit ? "hit" : "miss, it asks the Edge API")}\n");
            foreach (var cause in verdict.Reasons)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {cause}\n");
            }
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>The reason of the whole list in the metadata; null: none.</summary>
    public static string? Reason(StoredKey metadata)
    {
        try
        {
            return metadata.Value is null ? null : CachedItem.Text(JsonElement.Parse(metadata.Value), "accessDeniedReason");
        }
        catch (JsonException)
        {
            return "the metadata is no JSON";
        }
    }

    /// <summary>The current usage of a usage key; null: it has none.</summary>
    public static double? CurrentUsage(StoredKey? usage)
    {
        try
        {
            return usage?.Value is null ? null : CachedItem.Number(JsonElement.Parse(usage.Value), "currentUsage");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void AppendKey(StringBuilder text, string what, StoredKey key, DateTimeOffset now)
    {
        var state = key.Value is null
            ? "missing"
            : string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(key.Value)} bytes, updated {Updated(key, now)}, expires {Moment.Expiry(key)}");
        text.Append(CultureInfo.InvariantCulture, $"{what,-16}{key.Name}  {state}\n");
    }

    private static string Updated(StoredKey key, DateTimeOffset now) => key.Timestamp is { } time ? $"{Moment.Iso(time)} ({Moment.Age(time, now)})" : "at no known time";

    private static TextTable Items(CacheSnapshot snapshot, DateTimeOffset now)
    {
        var table = new TextTable().Column("entitlement").Column("kind").Column("limit").Column("usage").Column("usage updated").Column("usage expires").Column("remarks");
        foreach (var item in snapshot.Items)
        {
            table.Row(Row(item, now));
        }

        return table;
    }

    private static void AppendCredits(StringBuilder text, IReadOnlyList<CreditComparison> credits)
    {
        foreach (var credit in credits)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{credit.Name}: {(credit.Differences.Count == 0 ? "named and made as this worker does" : "not as this worker writes it")}\n");
            foreach (var difference in credit.Differences)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {difference}\n");
            }

            if (credit.Advice is { } advice)
            {
                text.Append(CultureInfo.InvariantCulture, $"  remedy: {advice}\n");
            }
        }
    }

    private static string[] Row(CachedItem item, DateTimeOffset now)
    {
        var usage = item.Usage;
        var missing = item.IsUsageTrackable && usage?.Value is null;
        return
        [
            item.Name,
            item.Type == "CREDIT" ? "CREDIT" : string.Join(' ', new[] { item.FeatureType, item.MeterType is "None" ? null : item.MeterType }.Where(static part => part is not null)),
            item.HasUnlimitedUsage ? "unlimited" : Number(item.UsageLimit) + (item.HasSoftLimit ? " soft" : ""),
            missing ? "missing" : Number(CurrentUsage(usage)),
            usage?.Timestamp is { } time ? Moment.Age(time, now) : "-",
            usage?.Value is null ? "-" : Moment.Expiry(usage),
            Remarks(item, now),
        ];
    }

    private static string Remarks(CachedItem item, DateTimeOffset now)
    {
        var remarks = new List<string>();
        if (item.AccessDeniedReason is { } denied)
        {
            remarks.Add($"denied: {denied}");
        }

        if (item.ValidUntil is { } end)
        {
            remarks.Add(end <= now.ToUnixTimeMilliseconds() ? $"ended {Moment.Iso(end)}" : $"until {Moment.Iso(end)}");
        }

        return string.Join(", ", remarks);
    }

    private static string Number(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
