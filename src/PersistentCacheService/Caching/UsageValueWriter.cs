using PersistentCacheService.Messages;
using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Caching;

/// <summary>Writes values of usage and metadata (CONTRACT 2).</summary>
internal static class UsageValueWriter
{
    /// <summary>Usage from a message of its own: null stays null, absent stays absent.</summary>
    public static void Write(Utf8Output output, JsonTape tape, in UsageItem item) =>
        Write(output, tape, item.CurrentUsage, item.PeriodStart, item.PeriodEnd);

    /// <summary>Usage that came with an entitlement. A credit's period start is null when absent: its GraphQL type has none to select.</summary>
    public static void Write(Utf8Output output, JsonTape tape, in Entitlement entitlement)
    {
        var start = entitlement.UsagePeriodStart;
        if (entitlement.Kind == EntitlementKind.Credit)
        {
            start = start with { IsPresent = true };
        }

        Write(output, tape, entitlement.CurrentUsage, start, entitlement.UsagePeriodEnd);
    }

    /// <summary>Metadata of a customer or resource.</summary>
    public static void WriteMetadata(Utf8Output output, JsonTape tape, int accessDeniedReason)
    {
        output.Write("{\"accessDeniedReason\":"u8);
        WriteOrNull(output, tape, accessDeniedReason);
        output.Write((byte)'}');
    }

    /// <summary>The value at a token, null for token 0.</summary>
    public static void WriteOrNull(Utf8Output output, JsonTape tape, int node)
    {
        if (node == 0)
        {
            output.Write("null"u8);
        }
        else
        {
            output.Write(tape, node);
        }
    }

    private static void Write(Utf8Output output, JsonTape tape, int currentUsage, DateMember start, DateMember end)
    {
        output.Write("{\"currentUsage\":"u8);
        if (currentUsage == 0)
        {
            output.Write((byte)'0');
        }
        else
        {
            output.Write(tape, currentUsage);
        }

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
