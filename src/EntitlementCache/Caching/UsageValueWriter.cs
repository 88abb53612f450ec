using System.Text.Json;
using EntitlementCache.Messages;

namespace EntitlementCache.Caching;

/// <summary>Writes values of usage and metadata (CONTRACT 2).</summary>
internal static class UsageValueWriter
{
    /// <summary>Usage from a message of its own: null stays null, absent stays absent.</summary>
    public static void Write(Utf8Output output, in UsageItem item) => Write(output, item.CurrentUsage, item.PeriodStart, item.PeriodEnd);

    /// <summary>Usage of an entitlement. A credit's period start is null when absent: its GraphQL type has none.</summary>
    public static void Write(Utf8Output output, in Entitlement entitlement)
    {
        var start = entitlement.UsagePeriodStart;
        if (entitlement.Kind == EntitlementKind.Credit)
        {
            start = start with { IsPresent = true };
        }

        Write(output, entitlement.CurrentUsage, start, entitlement.UsagePeriodEnd);
    }

    /// <summary>Metadata of a customer or resource.</summary>
    public static void WriteMetadata(Utf8Output output, JsonElement accessDeniedReason)
    {
        output.Write("{\"accessDeniedReason\":"u8);
        WriteOr(output, accessDeniedReason, "null"u8);
        output.Write((byte)'}');
    }

    /// <summary>A value, or what stands for one that is absent.</summary>
    public static void WriteOr(Utf8Output output, JsonElement value, ReadOnlySpan<byte> absent)
    {
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            output.Write(absent);
        }
        else
        {
            output.Write(value);
        }
    }

    private static void Write(Utf8Output output, JsonElement currentUsage, DateMember start, DateMember end)
    {
        output.Write("{\"currentUsage\":"u8);
        WriteOr(output, currentUsage, "0"u8);
        WriteDate(output, ",\"usagePeriodStart\":"u8, start);
        WriteDate(output, ",\"usagePeriodEnd\":"u8, end);
        output.Write((byte)'}');
    }

    private static void WriteDate(Utf8Output output, ReadOnlySpan<byte> name, DateMember date)
    {
        if (!date.IsPresent)
        {
            return;
        }

        output.Write(name);
        if (date.Milliseconds is { } milliseconds)
        {
            output.Write(milliseconds);
        }
        else
        {
            output.Write("null"u8);
        }
    }
}
