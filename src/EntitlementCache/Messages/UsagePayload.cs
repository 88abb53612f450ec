using System.Text.Json;
using EntitlementCache.Messages.Json;

namespace EntitlementCache.Messages;

/// <summary>Reads usage in its public shapes, with the credit it may carry.</summary>
internal static class UsagePayload
{
    private static readonly MemberTable Names = new("entitlementReference", "usage", "credit", "feature", "featureId");
    private static readonly MemberTable ReferenceNames = new("id", "type");
    private static readonly MemberTable UsageNames = new(
        "featureId", "credit", "currencyId", "currentUsage", "usagePeriodStart", "usagePeriodEnd", "nextResetDate", "usageUpdatedAt", "timestamp");

    /// <summary><c>usageUpdated</c> V2 has a reference beside the usage, V1 everything inside it; a usage report is flat, or inside too.</summary>
    public static UpdateUsage ReadUsage(JsonDocument document, JsonElement payload, long sentTimestamp)
    {
        var members = new JsonMembers(Names, payload, JsonPath.Payload);
        var isFlat = !members.HasValue("usage") && members.HasValue("featureId");
        var (owner, path) = isFlat ? (payload, JsonPath.Payload) : (members.Object("usage", isRequired: true), JsonPath.Payload.Inside("usage"));
        var usage = new JsonMembers(UsageNames, owner, path);

        // Senders put the credit beside the usage or into it.
        var credit = members.HasValue("credit") ? members.Inside("credit", UsageNames) : usage.Inside("credit", UsageNames);
        if (members.Object("entitlementReference").ValueKind == JsonValueKind.Undefined)
        {
            var feature = ReadItem(in usage, EntitlementKind.Feature, usage.Id("featureId"), sentTimestamp);
            return Operation(MessageType.UsageUpdated, document, CustomerReader.Read(owner, path), feature, in credit, sentTimestamp);
        }

        var reference = members.Inside("entitlementReference", ReferenceNames);
        var item = ReadItem(in usage, ReadKind(in reference), reference.Id("id"), sentTimestamp);
        return Operation(MessageType.UsageUpdated, document, CustomerReader.Read(payload, JsonPath.Payload), item, in credit, sentTimestamp);
    }

    /// <summary>The webhook <c>measurement.reported</c>.</summary>
    public static UpdateUsage ReadMeasurement(JsonDocument document, JsonElement payload, long sentTimestamp)
    {
        var members = new JsonMembers(Names, payload, JsonPath.Payload);
        var id = members.Inside("feature", ReferenceNames, isRequired: true).Id("id");
        var usage = new JsonMembers(UsageNames, payload, JsonPath.Payload);
        var item = ReadItem(in usage, EntitlementKind.Feature, id, sentTimestamp);
        var credit = members.Inside("credit", UsageNames);
        return Operation(
            MessageType.MeasurementReported, document, CustomerReader.Read(payload, JsonPath.Payload), item, in credit, sentTimestamp);
    }

    /// <summary><c>consumeCredits</c>: the credit's usage is in the object beside the amount.</summary>
    public static UpdateUsage ReadConsumption(JsonDocument document, JsonElement payload, long sentTimestamp)
    {
        var credit = new JsonMembers(Names, payload, JsonPath.Payload).Inside("credit", UsageNames, isRequired: true);
        var item = ReadCredit(in credit, sentTimestamp);
        return new UpdateUsage(MessageType.CreditsConsumed, CustomerReader.Read(payload, JsonPath.Payload), document, [item]);
    }

    private static UpdateUsage Operation(
        MessageType type, JsonDocument document, CustomerIdentity customer, UsageItem item, ref readonly JsonMembers credit, long sentTimestamp) =>
        new(type, customer, document, credit.IsAbsent ? [item] : [item, ReadCredit(in credit, sentTimestamp)]);

    /// <summary>A credit has no period start; the SDK writes null for it.</summary>
    private static UsageItem ReadCredit(ref readonly JsonMembers credit, long sentTimestamp) =>
        ReadItem(in credit, EntitlementKind.Credit, credit.Id("currencyId"), sentTimestamp) with { PeriodStart = new DateMember(IsPresent: true, null) };

    private static EntitlementKind ReadKind(ref readonly JsonMembers reference)
    {
        var type = reference.Text("type", isRequired: true);
        if (JsonText.Says(type, "FEATURE"u8))
        {
            return EntitlementKind.Feature;
        }

        return JsonText.Says(type, "CREDIT"u8) ? EntitlementKind.Credit : throw reference.Refused("type", "is neither FEATURE nor CREDIT");
    }

    private static UsageItem ReadItem(ref readonly JsonMembers usage, EntitlementKind kind, ReadOnlyMemory<byte> id, long sentTimestamp)
    {
        var end = usage.NullableDate("usagePeriodEnd");
        if (end.Milliseconds is null && usage.HasValue("nextResetDate"))
        {
            end = usage.NullableDate("nextResetDate");
        }

        return new UsageItem
        {
            Kind = kind,
            Id = id,
            CurrentUsage = usage.Number("currentUsage", isRequired: true),
            PeriodStart = usage.NullableDate("usagePeriodStart"),
            PeriodEnd = end,
            Timestamp = usage.Date("usageUpdatedAt") ?? usage.Date("timestamp") ?? MessageOrigin.FallbackTime(sentTimestamp),
        };
    }
}
