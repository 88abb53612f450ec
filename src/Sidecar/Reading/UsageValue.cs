using System.Buffers.Text;
using System.Text.Json;
using EntitlementCache.Messages.Json;
using Sidecar.Model;

namespace Sidecar.Reading;

/// <summary>Reads what stands beside the entitlements: usage, metadata, timestamps (CONTRACT 2). Called at every read, so it makes no tree of the JSON. Nothing throws.</summary>
internal static class UsageValue
{
    /// <summary>Usage; null when the value is not a JSON object.</summary>
    public static CachedUsage? Read(ReadOnlySpan<byte> value, long timestamp)
    {
        var (current, start, end) = (0.0, (long?)null, (long?)null);
        var reader = new Utf8JsonReader(value);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (IsNamed(ref reader, "currentUsage"u8))
                {
                    current = NextNumber(ref reader) ?? 0;
                }
                else if (IsNamed(ref reader, "usagePeriodStart"u8))
                {
                    start = NextTime(ref reader);
                }
                else if (IsNamed(ref reader, "usagePeriodEnd"u8))
                {
                    end = NextTime(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }

            return reader.Read() ? null : new CachedUsage(current, start, end, timestamp);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The reason in the metadata; null: none, or no metadata, which is no miss.</summary>
    public static string? ReadReason(ReadOnlySpan<byte> metadata)
    {
        string? reason = null;
        var reader = new Utf8JsonReader(metadata);
        try
        {
            if (metadata.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (IsNamed(ref reader, "accessDeniedReason"u8))
                {
                    reader.Read();
                    reason = reader.TokenType == JsonTokenType.String && LenientText.Decode(reader.ValueSpan) is { Length: > 0 } text ? text : null;
                }

                reader.Skip();
            }

            return reader.Read() ? null : reason;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A timestamp; null: none or unreadable.</summary>
    public static long? ReadTimestamp(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long milliseconds, out var length) && length == text.Length ? milliseconds : null;

    /// <summary>Not ValueTextEquals: it throws at an escaped surrogate without its partner.</summary>
    private static bool IsNamed(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => reader.ValueIsEscaped
        ? JsonText.TryUnescape(reader.ValueSpan, out var text) && text.Span.SequenceEqual(name)
        : reader.ValueSpan.SequenceEqual(name);

    private static double? NextNumber(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && double.IsFinite(number))
        {
            return number;
        }

        reader.Skip();
        return null;
    }

    private static long? NextTime(ref Utf8JsonReader reader) => NextNumber(ref reader) is { } number ? JsonMembers.ToMilliseconds(number) : null;
}
