using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Messages;

/// <summary>Reads usage in its public shapes, and the credit that may stand beside it.</summary>
internal static class UsagePayload
{
    private static readonly MemberTable Names = new();
    private static readonly int EntitlementReference = Names.Add("entitlementReference");
    private static readonly int Usage = Names.Add("usage");
    private static readonly int Credit = Names.Add("credit");
    private static readonly int Feature = Names.Add("feature");
    private static readonly int FlatFeatureId = Names.Add("featureId");

    private static readonly MemberTable UsageNames = new();
    private static readonly int FeatureId = UsageNames.Add("featureId");
    private static readonly int NestedCredit = UsageNames.Add("credit");
    private static readonly int CreditCurrencyId = UsageNames.Add("currencyId");
    private static readonly int CurrentUsage = UsageNames.Add("currentUsage");
    private static readonly int PeriodStart = UsageNames.Add("usagePeriodStart");
    private static readonly int PeriodEnd = UsageNames.Add("usagePeriodEnd");
    private static readonly int NextResetDate = UsageNames.Add("nextResetDate");
    private static readonly int UpdatedAt = UsageNames.Add("usageUpdatedAt");
    private static readonly int Timestamp = UsageNames.Add("timestamp");

    private static readonly MemberTable ReferenceNames = new();
    private static readonly int ReferenceId = ReferenceNames.Add("id");
    private static readonly int ReferenceType = ReferenceNames.Add("type");

    /// <summary><c>usageUpdated</c> V2 has a reference beside the usage, V1 everything inside it; a usage report is flat, or inside too.</summary>
    public static CacheOperation ReadUsage(JsonTape tape, int node, long sentTimestamp)
    {
        Span<int> values = stackalloc int[Names.Count];
        var members = new JsonMembers(Names, tape, node, values, JsonPath.Payload);
        var usage = members.Object(Usage);
        var inside = new JsonPath("usage");
        if (usage == 0 && members.HasValue(FlatFeatureId))
        {
            (usage, inside) = (node, JsonPath.Payload);
        }
        else
        {
            usage = members.Required(Usage, usage);
        }

        var credit = FindCredit(tape, usage, members.Object(Credit));
        var reference = members.Object(EntitlementReference);
        if (reference != 0)
        {
            var (kind, id) = ReadReference(tape, reference);
            var item = ReadItem(tape, usage, inside, kind, id, sentTimestamp);
            return Operation(MessageType.UsageUpdated, tape, CustomerReader.Read(tape, node, JsonPath.Payload), item, credit, sentTimestamp);
        }

        Span<int> usageValues = stackalloc int[UsageNames.Count];
        var featureId = new JsonMembers(UsageNames, tape, usage, usageValues, inside).Id(FeatureId);
        var feature = ReadItem(tape, usage, inside, EntitlementKind.Feature, featureId, sentTimestamp);
        return Operation(MessageType.UsageUpdated, tape, CustomerReader.Read(tape, usage, inside), feature, credit, sentTimestamp);
    }

    /// <summary>The webhook <c>measurement.reported</c>.</summary>
    public static CacheOperation ReadMeasurement(JsonTape tape, int node, long sentTimestamp)
    {
        Span<int> values = stackalloc int[Names.Count];
        var members = new JsonMembers(Names, tape, node, values, JsonPath.Payload);
        var feature = members.Required(Feature, members.Object(Feature));
        Span<int> featureValues = stackalloc int[ReferenceNames.Count];
        var id = new JsonMembers(ReferenceNames, tape, feature, featureValues, new JsonPath("feature")).Id(ReferenceId);
        var item = ReadItem(tape, node, JsonPath.Payload, EntitlementKind.Feature, id, sentTimestamp);
        var customer = CustomerReader.Read(tape, node, JsonPath.Payload);
        return Operation(MessageType.MeasurementReported, tape, customer, item, members.Object(Credit), sentTimestamp);
    }

    /// <summary><c>consumeCredits</c>: the credit's usage is in the object beside the amount.</summary>
    public static CacheOperation ReadConsumption(JsonTape tape, int node, long sentTimestamp)
    {
        Span<int> values = stackalloc int[Names.Count];
        var members = new JsonMembers(Names, tape, node, values, JsonPath.Payload);
        var item = ReadCredit(tape, members.Required(Credit, members.Object(Credit)), sentTimestamp);
        return new UpdateUsage(MessageType.CreditsConsumed, CustomerReader.Read(tape, node, JsonPath.Payload), tape, [item]);
    }

    private static UpdateUsage Operation(
        MessageType type, JsonTape tape, CustomerIdentity customer, in UsageItem item, int credit, long sentTimestamp)
    {
        if (credit == 0)
        {
            return new UpdateUsage(type, customer, tape, [item]);
        }

        return new UpdateUsage(type, customer, tape, [item, ReadCredit(tape, credit, sentTimestamp)]);
    }

    /// <summary>A credit has no period start; the SDK writes null for it.</summary>
    private static UsageItem ReadCredit(JsonTape tape, int node, long sentTimestamp)
    {
        var path = new JsonPath("credit");
        Span<int> values = stackalloc int[UsageNames.Count];
        var currencyId = new JsonMembers(UsageNames, tape, node, values, path).Id(CreditCurrencyId);
        return ReadItem(tape, node, path, EntitlementKind.Credit, currencyId, sentTimestamp) with { PeriodStart = new DateMember(IsPresent: true, null) };
    }

    private static (EntitlementKind Kind, ReadOnlyMemory<byte> Id) ReadReference(JsonTape tape, int node)
    {
        Span<int> values = stackalloc int[ReferenceNames.Count];
        var members = new JsonMembers(ReferenceNames, tape, node, values, new JsonPath("entitlementReference"));
        var type = members.Required(ReferenceType, members.Text(ReferenceType));
        if (tape.TextEquals(type, "FEATURE"u8))
        {
            return (EntitlementKind.Feature, members.Id(ReferenceId));
        }

        return tape.TextEquals(type, "CREDIT"u8)
            ? (EntitlementKind.Credit, members.Id(ReferenceId))
            : throw members.Refused(ReferenceType, "is neither FEATURE nor CREDIT");
    }

    /// <summary>Senders put the credit beside the usage or into it.</summary>
    private static int FindCredit(JsonTape tape, int usage, int beside)
    {
        if (beside != 0)
        {
            return beside;
        }

        Span<int> values = stackalloc int[UsageNames.Count];
        return new JsonMembers(UsageNames, tape, usage, values, new JsonPath("usage")).Object(NestedCredit);
    }

    private static UsageItem ReadItem(
        JsonTape tape, int node, JsonPath path, EntitlementKind kind, ReadOnlyMemory<byte> id, long sentTimestamp)
    {
        Span<int> values = stackalloc int[UsageNames.Count];
        var members = new JsonMembers(UsageNames, tape, node, values, path);
        var end = new DateMember(members.IsPresent(PeriodEnd), members.Date(PeriodEnd));
        if (end.Milliseconds is null && members.HasValue(NextResetDate))
        {
            end = new DateMember(IsPresent: true, members.Date(NextResetDate));
        }

        return new UsageItem
        {
            Kind = kind,
            Id = id,
            CurrentUsage = members.Required(CurrentUsage, members.Number(CurrentUsage)),
            PeriodStart = new DateMember(members.IsPresent(PeriodStart), members.Date(PeriodStart)),
            PeriodEnd = end,
            Timestamp = members.Date(UpdatedAt) ?? members.Date(Timestamp) ?? MessageTime.Fallback(sentTimestamp),
        };
    }
}
