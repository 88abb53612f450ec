using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PersistentCacheService.Commands.Inspect;

/// <summary>A snapshot for programs: times are ms since the epoch, expiries seconds, -1 for never and null for unknown.</summary>
internal static class SnapshotJson
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object, over several lines.</summary>
    public static string Print(CommandLine line, CacheAccess access, CacheSnapshot snapshot, IReadOnlyList<CreditComparison> credits, IReadOnlyList<ReaderVerdict> verdicts)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("customerId", line.CustomerId);
            json.WriteString("resourceId", line.ResourceId);
            json.WriteString("environmentPrefix", access.Settings.EnvironmentPrefix);
            json.WriteString("layout", access.Settings.Layout.ToString().ToLowerInvariant());
            json.WriteString("redis", access.Server);
            WriteKey(json, "entitlements", snapshot.Entitlements);
            WriteKey(json, "metadata", snapshot.Metadata);
            json.WriteString("accessDeniedReason", SnapshotTable.Reason(snapshot.Metadata));
            json.WriteBoolean("locked", snapshot.IsLocked);
            WriteItems(json, snapshot.Items);
            WriteCredits(json, credits);
            WriteVerdicts(json, verdicts);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteKey(Utf8JsonWriter json, string name, StoredKey key)
    {
        json.WriteStartObject(name);
        WriteState(json, key);
        json.WriteEndObject();
    }

    private static void WriteState(Utf8JsonWriter json, StoredKey key)
    {
        json.WriteString("key", key.Name);
        json.WriteBoolean("exists", key.Value is not null);
        WriteNumber(json, "updatedAt", key.Timestamp);
        WriteNumber(json, "expiresInSeconds", key.IsExpiryKnown ? Math.Floor(key.ExpiresIn?.TotalSeconds ?? -1) : null);
    }

    private static void WriteItems(Utf8JsonWriter json, IReadOnlyList<CachedItem> items)
    {
        json.WriteStartArray("items");
        foreach (var item in items)
        {
            json.WriteStartObject();
            json.WriteString("name", item.Name);
            json.WriteString("type", item.Type);
            json.WriteString("id", item.Id);
            json.WritePropertyName("calculatedEntitlement");
            item.Entitlement.WriteTo(json);
            if (item.Usage is { } usage)
            {
                json.WriteStartObject("usage");
                WriteState(json, usage);
                WriteNumber(json, "currentUsage", SnapshotTable.CurrentUsage(usage));
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCredits(Utf8JsonWriter json, IReadOnlyList<CreditComparison> credits)
    {
        json.WriteStartArray("credits");
        foreach (var credit in credits)
        {
            json.WriteStartObject();
            json.WriteString("name", credit.Name);
            json.WriteString("ourName", credit.OurName);
            WriteTexts(json, "differences", credit.Differences);
            json.WriteString("advice", credit.Advice);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteVerdicts(Utf8JsonWriter json, IReadOnlyList<ReaderVerdict> verdicts)
    {
        json.WriteStartArray("readers");
        foreach (var verdict in verdicts)
        {
            json.WriteStartObject();
            json.WriteString("generation", verdict.Generation.ToString().ToLowerInvariant());
            json.WriteBoolean("hit", verdict.IsHit);
            WriteTexts(json, "reasons", verdict.Reasons);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
