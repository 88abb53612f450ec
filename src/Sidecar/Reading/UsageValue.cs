using System.Buffers.Text;
using System.Text.Json;
using Sidecar.Model;

namespace Sidecar.Reading;

/// <summary>Reads what stands beside the entitlements: usage, metadata, timestamps (CONTRACT 2).</summary>
internal static class UsageValue
{
    /// <summary>Usage; null when the value is not a JSON object.</summary>
    public static CachedUsage? Read(ReadOnlyMemory<byte> value, long timestamp) => Parse(value, usage => new CachedUsage(
        usage.Number("currentUsage") ?? 0, usage.Milliseconds("usagePeriodStart"), usage.Milliseconds("usagePeriodEnd"), timestamp));

    /// <summary>The reason in the metadata; null: none, or no metadata, which is no miss.</summary>
    public static string? ReadReason(ReadOnlyMemory<byte> metadata) => metadata.IsEmpty ? null : Parse(metadata, static element => element.Text("accessDeniedReason"));

    /// <summary>A timestamp; null: none or unreadable.</summary>
    public static long? ReadTimestamp(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long milliseconds, out var length) && length == text.Length ? milliseconds : null;

    private static T? Parse<T>(ReadOnlyMemory<byte> value, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(value);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
