using System.Text.Json;
using System.Text.Json.Nodes;

namespace TestKit.Messages;

/// <summary>A customer's credit of a currency.</summary>
/// <param name="CurrencyId">The currency.</param>
/// <param name="DisplayName">Its name.</param>
/// <param name="Granted">How much was granted.</param>
/// <param name="Consumed">How much was consumed.</param>
/// <param name="PeriodEnd">End of the period, ms since the epoch; null: none.</param>
public sealed record CreditEntitlement(string CurrencyId, string DisplayName, double Granted, double Consumed, long? PeriodEnd = null) : Entitlement
{
    /// <inheritdoc/>
    public override string MapKey => $"CREDIT:{CurrencyId}";

    /// <inheritdoc/>
    public override string? UsageKeySuffix => $":credit_{CurrencyId}";

    /// <inheritdoc/>
    public override void WritePayload(Utf8JsonWriter json, long time)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("__typename", "CreditEntitlement");
        json.WriteBoolean("isGranted", true);
        json.WriteNull("accessDeniedReason");
        json.WriteStartObject("currency");
        json.WriteString("currencyId", CurrencyId);
        json.WriteString("displayName", DisplayName);
        json.WriteNull("description");
        json.WriteString("unitSingular", "credit");
        json.WriteString("unitPlural", "credits");
        json.WriteNull("additionalMetaData");
        json.WriteEndObject();
        json.WriteNumberOrNull("usageLimit", Granted);
        json.WriteNumberOrNull("currentUsage", Consumed);
        json.WriteBoolean("hasSoftLimit", false);
        json.WriteTime("usageUpdatedAt", time);
        json.WriteTime("entitlementUpdatedAt", time);
        json.WriteTime("usagePeriodEnd", PeriodEnd);
        json.WriteNull("validUntil");
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override JsonObject CacheEntry(long time)
    {
        var usage = new JsonObject { ["currentUsage"] = Consumed };
        usage.AddUnlessNull("usagePeriodEnd", PeriodEnd);
        usage["updatedAt"] = time;
        usage["usageUpdatedAt"] = time;
        return new JsonObject
        {
            ["calculatedEntitlement"] = new JsonObject
            {
                ["type"] = "CREDIT",
                ["currency"] = new JsonObject
                {
                    ["id"] = CurrencyId,
                    ["currencyId"] = CurrencyId,
                    ["displayName"] = DisplayName,
                    ["unitSingular"] = "credit",
                    ["unitPlural"] = "credits",
                },
                ["usageLimit"] = Granted,
                ["hasSoftLimit"] = false,
            },
            ["usageData"] = usage,
        };
    }

    /// <inheritdoc/>
    public override JsonObject UsageValue() => new() { ["currentUsage"] = Consumed, ["usagePeriodStart"] = null, ["usagePeriodEnd"] = PeriodEnd };
}
