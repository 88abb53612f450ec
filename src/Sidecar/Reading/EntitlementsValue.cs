using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EntitlementCache.Messages.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Model;
using Stigg.Sidecar.V1;

namespace Sidecar.Reading;

/// <summary>Reads the entitlements value in the layouts v3, v2 and dual (CONTRACT 2), as the worker and the SDKs write it. Whatever is stored, it never throws.</summary>
internal static class EntitlementsValue
{
    /// <summary>Reads a value.</summary>
    /// <returns>Null when it is not a JSON object: a reader calls that a miss.</returns>
    public static IReadOnlyList<CachedEntitlement>? Read(ReadOnlyMemory<byte> value)
    {
        try
        {
            using var document = JsonDocument.Parse(value);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var list = new List<CachedEntitlement>();
            foreach (var entry in document.RootElement.EnumerateObject())
            {
                if (ReadEntry(LenientText.Decode(JsonText.NameOf(entry)), entry.Value) is { } entitlement)
                {
                    list.Add(entitlement);
                }
            }

            return list;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>An entry without a feature or a currency cannot be read by its id: the SDK skips it too.</summary>
    private static CachedEntitlement? ReadEntry(string name, JsonElement entry)
    {
        var terms = entry.Object("calculatedEntitlement");
        var old = entry.Object("featureUsage");
        var usage = ReadUsage(entry.Object("usageData") is { ValueKind: JsonValueKind.Object } data ? data : old);
        if (terms.Text("type") == "CREDIT" || terms.Object("currency").ValueKind == JsonValueKind.Object)
        {
            return ReadCredit(name, terms, usage);
        }

        var feature = terms.Object("feature");
        if (feature.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var type = TypeOf(feature);
        var rate = terms.Object("creditRate");
        return new CachedEntitlement
        {
            Type = type,
            Id = feature.Text("id") ?? name,
            Feature = ReadFeature(name, feature, type),
            UsageLimit = terms.Number("usageLimit"),
            IsUnlimited = terms.Flag("hasUnlimitedUsage"),
            HasSoftLimit = terms.Flag("hasSoftLimit"),
            AccessDeniedReason = terms.Text("accessDeniedReason"),
            EnumValues = terms.Texts("enumValues"),
            ValidUntil = terms.Milliseconds("validUntil"),
            CreditCurrencyId = rate.Text("currencyId"),
            CreditAmount = rate.Number("amount") ?? 0,
            UsagePeriodAnchor = terms.Milliseconds("usagePeriodAnchor") ?? old.Milliseconds("usagePeriodAnchor"),
            ResetPeriod = terms.Text("resetPeriod") ?? old.Text("resetPeriod"),
            Usage = usage,
        };
    }

    private static CachedEntitlement ReadCredit(string name, JsonElement terms, CachedUsage usage)
    {
        var currency = terms.Object("currency");
        var id = currency.Text("currencyId") ?? currency.Text("id") ?? name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return new CachedEntitlement
        {
            Type = EntitlementType.Credit,
            Id = id,
            Currency = ReadCurrency(id, currency),
            UsageLimit = terms.Number("usageLimit"),
            HasSoftLimit = terms.Flag("hasSoftLimit"),
            AccessDeniedReason = terms.Text("accessDeniedReason"),
            ValidUntil = terms.Milliseconds("validUntil"),
            Usage = usage,
        };
    }

    private static EntitlementCurrency ReadCurrency(string id, JsonElement currency)
    {
        var read = new EntitlementCurrency { CurrencyId = id, DisplayName = currency.Text("displayName") ?? id };
        if (currency.Text("description") is { } description)
        {
            read.Description = description;
        }

        if (currency.Text("unitSingular") is { } singular)
        {
            read.UnitSingular = singular;
        }

        if (currency.Text("unitPlural") is { } plural)
        {
            read.UnitPlural = plural;
        }

        if (currency.Object("additionalMetaData") is { ValueKind: JsonValueKind.Object } metadata)
        {
            read.AdditionalMetaData = ReadMetadata(metadata);
        }

        return read;
    }

    /// <summary>Data of the user's own; null when protobuf has no form for it, such as a number beyond a double or half of a surrogate pair.</summary>
    private static Struct? ReadMetadata(JsonElement metadata)
    {
        try
        {
            var read = Struct.Parser.ParseJson(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(metadata)));
            RemoveNameless(read);
            return read;
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            return null;
        }
    }

    /// <summary>Protobuf's JSON mapping reads members with an empty name and refuses to write them.</summary>
    private static void RemoveNameless(Struct metadata)
    {
        metadata.Fields.Remove("");
        foreach (var value in metadata.Fields.Values)
        {
            RemoveNameless(value);
        }
    }

    // As deep as the JSON, whose parser stops at 64.
    private static void RemoveNameless(Value value)
    {
        if (value.StructValue is { } members)
        {
            RemoveNameless(members);
        }

        foreach (var item in value.ListValue?.Values ?? [])
        {
            RemoveNameless(item);
        }
    }

    private static EntitlementFeature ReadFeature(string name, JsonElement feature, EntitlementType type) => new()
    {
        Id = feature.Text("id") ?? name,
        FeatureType = type switch
        {
            EntitlementType.Boolean => FeatureType.Boolean,
            EntitlementType.Enum => FeatureType.Enum,
            _ => FeatureType.Number,
        },
        Units = feature.Text("units") ?? "",
        UnitsPlural = feature.Text("unitsPlural") ?? "",
        MeterType = feature.Text("meterType")?.ToUpperInvariant() switch
        {
            "INCREMENTAL" => MeterType.Incremental,
            "FLUCTUATING" => MeterType.Fluctuating,
            "NONE" => MeterType.None,
            _ => MeterType.Unspecified,
        },
        IsMetered = type == EntitlementType.Metered,
    };

    private static EntitlementType TypeOf(JsonElement feature) => feature.Text("featureType")?.ToUpperInvariant() switch
    {
        "NUMBER" => feature.Text("meterType")?.ToUpperInvariant() is "INCREMENTAL" or "FLUCTUATING" ? EntitlementType.Metered : EntitlementType.Numeric,
        "ENUM" => EntitlementType.Enum,
        _ => EntitlementType.Boolean,
    };

    private static CachedUsage ReadUsage(JsonElement usage) => new(
        usage.Number("currentUsage") ?? 0,
        usage.Milliseconds("usagePeriodStart"),
        usage.Milliseconds("usagePeriodEnd"),
        usage.Milliseconds("usageUpdatedAt") ?? usage.Milliseconds("updatedAt"));
}
