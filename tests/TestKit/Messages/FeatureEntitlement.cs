using System.Text.Json;
using System.Text.Json.Nodes;

namespace TestKit.Messages;

/// <summary>What a customer may do with a feature.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="UsageLimit">Its limit; null: none.</param>
/// <param name="CurrentUsage">The usage sent along; null: none.</param>
/// <param name="Period">The usage period, monthly from its start; null: none.</param>
/// <param name="EnumValues">Values of an ENUM feature; null otherwise.</param>
public sealed record FeatureEntitlement(
    Feature Feature,
    double? UsageLimit = null,
    double? CurrentUsage = null,
    Period? Period = null,
    IReadOnlyList<string>? EnumValues = null) : Entitlement
{
    private const string ResetPeriod = "MONTH";
    private const string ResetConfigurationType = "MonthlyResetPeriodConfig";
    private const string ResetAccordingTo = "SubscriptionStart";

    /// <inheritdoc/>
    public override string MapKey => Feature.RefId;

    /// <inheritdoc/>
    public override string? UsageKeySuffix => Feature.IsMetered ? $":f_{Feature.RefId}" : null;

    /// <inheritdoc/>
    public override void WritePayload(Utf8JsonWriter json, long time)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("__typename", "FeatureEntitlement");
        json.WriteBoolean("isGranted", true);
        json.WriteNull("accessDeniedReason");
        json.WriteNumberOrNull("usageLimit", UsageLimit);
        json.WriteBoolean("hasUnlimitedUsage", false);
        if (Feature.IsMetered)
        {
            json.WriteBoolean("hasSoftLimit", false);
        }
        else
        {
            json.WriteNull("hasSoftLimit");
        }

        json.WriteNumberOrNull("currentUsage", CurrentUsage);
        WriteEnumValues(json);
        json.WriteTime("entitlementUpdatedAt", time);
        json.WriteTime("usageUpdatedAt", Feature.IsMetered ? time : null);
        json.WriteTime("usagePeriodAnchor", Period?.Start);
        json.WriteTime("usagePeriodStart", Period?.Start);
        json.WriteTime("usagePeriodEnd", Period?.End);
        json.WriteString("resetPeriod", Period is null ? null : ResetPeriod);
        WriteResetPeriodConfiguration(json);
        json.WriteNull("validUntil");
        json.WriteNull("creditRate");
        WriteFeature(json);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override JsonObject CacheEntry(long time)
    {
        var feature = new JsonObject { ["id"] = Feature.RefId, ["displayName"] = Feature.DisplayName, ["featureType"] = Feature.FeatureType };
        feature.AddUnlessNull("meterType", Feature.MeterType);
        feature["units"] = Feature.Units?.Singular ?? "";
        feature["unitsPlural"] = Feature.Units?.Plural ?? "";
        feature.AddUnlessNull("description", Feature.Description);

        var calculated = new JsonObject
        {
            ["type"] = "FEATURE",
            ["feature"] = feature,
            ["usageLimit"] = UsageLimit,
            ["hasUnlimitedUsage"] = false,
            ["hasSoftLimit"] = false,
            ["enumValues"] = new JsonArray([.. (EnumValues ?? []).Select(static value => JsonValue.Create(value))]),
        };
        calculated.AddUnlessNull("usagePeriodAnchor", Period?.Start);
        calculated["resetPeriod"] = Period is null ? null : ResetPeriod;
        calculated["resetPeriodConfiguration"] = Period is null
            ? null
            : new JsonObject { ["__typename"] = ResetConfigurationType, ["monthlyAccordingTo"] = ResetAccordingTo };

        var usage = new JsonObject { ["currentUsage"] = CurrentUsage ?? 0 };
        usage.AddUnlessNull("usagePeriodStart", Period?.Start);
        usage.AddUnlessNull("usagePeriodEnd", Period?.End);
        usage.AddUnlessNull("updatedAt", Feature.IsMetered ? (long?)time : null);
        usage.AddUnlessNull("usageUpdatedAt", Feature.IsMetered ? (long?)time : null);
        return new JsonObject { ["calculatedEntitlement"] = calculated, ["usageData"] = usage };
    }

    /// <inheritdoc/>
    public override JsonObject UsageValue() => new()
    {
        ["currentUsage"] = CurrentUsage ?? 0,
        ["usagePeriodStart"] = Period?.Start,
        ["usagePeriodEnd"] = Period?.End,
    };

    private void WriteEnumValues(Utf8JsonWriter json)
    {
        if (EnumValues is null)
        {
            json.WriteNull("enumValues");
            return;
        }

        json.WriteStartArray("enumValues");
        foreach (var value in EnumValues)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private void WriteResetPeriodConfiguration(Utf8JsonWriter json)
    {
        if (Period is null)
        {
            json.WriteNull("resetPeriodConfiguration");
            return;
        }

        json.WriteStartObject("resetPeriodConfiguration");
        json.WriteString("__typename", ResetConfigurationType);
        json.WriteString("monthlyAccordingTo", ResetAccordingTo);
        json.WriteEndObject();
    }

    private void WriteFeature(Utf8JsonWriter json)
    {
        json.WriteStartObject("feature");
        json.WriteString("__typename", "EntitlementFeature");
        json.WriteString("refId", Feature.RefId);
        json.WriteString("displayName", Feature.DisplayName);
        json.WriteString("description", Feature.Description);
        json.WriteString("featureType", Feature.FeatureType);
        json.WriteString("meterType", Feature.MeterType);
        json.WriteString("featureUnits", Feature.Units?.Singular);
        json.WriteString("featureUnitsPlural", Feature.Units?.Plural);
        json.WriteEndObject();
    }
}
