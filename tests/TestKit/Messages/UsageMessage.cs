using System.Text.Json.Nodes;

namespace TestKit.Messages;

/// <summary>usageUpdatedV2: the usage of one feature or credit.</summary>
public sealed record UsageMessage : StiggMessage
{
    /// <summary>Id of the feature or currency.</summary>
    public required string Id { get; init; }

    /// <summary>Whether <see cref="Id"/> names a currency.</summary>
    public bool IsCredit { get; init; }

    /// <summary>The usage.</summary>
    public required double CurrentUsage { get; init; }

    /// <summary>The usage period; null: null members.</summary>
    public Period? Period { get; init; }

    /// <inheritdoc/>
    public override string Body() => JsonWriting.Print(json =>
    {
        json.WriteStartObject();
        json.WriteString("type", "usageUpdatedV2");
        json.WriteString("customerId", CustomerId);
        json.WriteString("resourceId", ResourceId);
        json.WriteStartObject("entitlementReference");
        json.WriteString("type", IsCredit ? "CREDIT" : "FEATURE");
        json.WriteString("id", Id);
        json.WriteEndObject();
        json.WriteStartObject("usage");
        json.WriteNumber("currentUsage", CurrentUsage);
        json.WriteTime("usagePeriodStart", Period?.Start);
        json.WriteTime("usagePeriodEnd", Period?.End);
        json.WriteTime("usageUpdatedAt", Time);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <inheritdoc/>
    public override IEnumerable<CacheWrite> Writes() =>
    [
        new CacheWrite(
            EntitlementsKey + (IsCredit ? ":credit_" : ":f_") + Id,
            Time,
            () => new JsonObject { ["currentUsage"] = CurrentUsage, ["usagePeriodStart"] = Period?.Start, ["usagePeriodEnd"] = Period?.End }),
    ];
}
