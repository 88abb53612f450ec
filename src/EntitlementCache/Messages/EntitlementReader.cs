using System.Text;
using System.Text.Json;
using EntitlementCache.Messages.Json;

namespace EntitlementCache.Messages;

/// <summary>Reads one entitlement of the GraphQL shape: FeatureEntitlement, CreditEntitlement, or the older Entitlement (a feature).</summary>
internal static class EntitlementReader
{
    // In the value's map a credit's name has this prefix (CONTRACT 2): a feature called so would stand in for a credit.
    // Another CACHE_CREDIT_KEY_PREFIX refuses nothing more: no documented id has a colon, but it may begin with any word.
    private static readonly byte[] CreditMapKeyPrefix = Encoding.ASCII.GetBytes(Settings.CacheSettings.DefaultCreditKeyPrefix);

    private static readonly MemberTable Names = new(
        "__typename", "feature", "currency", "resourceId", "usageLimit", "hasUnlimitedUsage", "hasSoftLimit", "accessDeniedReason", "enumValues",
        "creditRate", "validUntil", "resetPeriod", "resetPeriodConfiguration", "currentUsage", "usagePeriodAnchor", "usagePeriodStart",
        "usagePeriodEnd", "usageUpdatedAt", "entitlementUpdatedAt");

    private static readonly MemberTable FeatureNames = new(
        "refId", "displayName", "description", "featureType", "meterType", "featureUnits", "featureUnitsPlural", "unitTransformation");

    private static readonly MemberTable CurrencyNames = new(
        "currencyId", "displayName", "description", "unitSingular", "unitPlural", "additionalMetaData");

    private static readonly MemberTable RateNames = new("amount", "currencyId");

    /// <summary>Reads an element of a list of entitlements.</summary>
    /// <param name="element">Must be an object.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="entitlement">Filled completely.</param>
    /// <param name="updatedAt">Its <c>entitlementUpdatedAt</c> in Unix ms; null when absent or not a date.</param>
    /// <returns>False when its feature is null, which the public schema allows: there is nothing to write.</returns>
    public static bool Read(JsonElement element, JsonPath path, out Entitlement entitlement, out long? updatedAt)
    {
        var members = new JsonMembers(Names, element, path);
        var updated = members.ValueOf("entitlementUpdatedAt");
        updatedAt = updated.ValueKind != JsonValueKind.Undefined && JsonDate.TryRead(updated, out var milliseconds) ? milliseconds : null;
        var isCredit = IsCredit(in members);
        if (!isCredit && members.IsPresent("feature") && !members.HasValue("feature"))
        {
            entitlement = default;
            return false;
        }

        entitlement = isCredit ? ReadCurrency(in members) : ReadFeature(in members);
        entitlement = entitlement with
        {
            UsageLimit = members.Number("usageLimit"),
            HasSoftLimit = members.Flag("hasSoftLimit"),
            AccessDeniedReason = members.Text("accessDeniedReason"),
            ValidUntil = members.Date("validUntil"),
            CurrentUsage = members.Number("currentUsage"),
            UsagePeriodStart = members.NullableDate("usagePeriodStart"),
            UsagePeriodEnd = members.NullableDate("usagePeriodEnd"),
            UsageUpdatedAt = members.Date("usageUpdatedAt"),
        };
        return true;
    }

    private static bool IsCredit(ref readonly JsonMembers members)
    {
        var typename = members.Text("__typename");
        return JsonText.Says(typename, "CreditEntitlement"u8) ||
            (!JsonText.Says(typename, "FeatureEntitlement"u8) && members.HasValue("currency") && !members.HasValue("feature"));
    }

    private static Entitlement ReadFeature(ref readonly JsonMembers members)
    {
        var feature = members.Inside("feature", FeatureNames, isRequired: true);
        var id = feature.Id("refId");
        if (id.Span.StartsWith(CreditMapKeyPrefix))
        {
            throw feature.Refused("refId", "is not a valid id");
        }

        var featureType = feature.Text("featureType", isRequired: true);
        var meterTypeText = feature.Text("meterType");
        var meterType = ReadMeterType(meterTypeText);
        var creditRate = members.Inside("creditRate", RateNames);
        return new Entitlement
        {
            Kind = EntitlementKind.Feature,
            Id = id,
            IdText = feature.ValueOf("refId"),
            DisplayName = feature.Text("displayName"),
            Description = feature.Text("description"),
            FeatureType = featureType,
            MeterTypeText = meterTypeText,
            MeterType = meterType,
            Unit = feature.Text("featureUnits"),
            UnitPlural = feature.Text("featureUnitsPlural"),
            UnitTransformation = feature.AsReceived("unitTransformation"),
            IsUsageTracked = meterType is MeterType.Incremental or MeterType.Fluctuating && JsonText.Says(featureType, "NUMBER"u8),
            ResourceId = members.OptionalId("resourceId").IsEmpty ? default : members.ValueOf("resourceId"),
            HasUnlimitedUsage = members.Flag("hasUnlimitedUsage"),
            EnumValues = ReadEnumValues(in members),
            UsagePeriodAnchor = members.Date("usagePeriodAnchor"),
            ResetPeriod = members.Text("resetPeriod"),
            ResetPeriodConfiguration = members.AsReceived("resetPeriodConfiguration"),
            HasCreditRate = !creditRate.IsAbsent,
            CreditRateAmount = creditRate.Number("amount"),
            CreditRateCurrency = creditRate.Text("currencyId"),
        };
    }

    private static MeterType ReadMeterType(JsonElement text)
    {
        if (text.ValueKind == JsonValueKind.Undefined)
        {
            return MeterType.Absent;
        }

        var name = JsonText.Contents(text);
        if (Ascii.EqualsIgnoreCase(name, "incremental"u8))
        {
            return MeterType.Incremental;
        }

        if (Ascii.EqualsIgnoreCase(name, "fluctuating"u8))
        {
            return MeterType.Fluctuating;
        }

        return Ascii.EqualsIgnoreCase(name, "none"u8) ? MeterType.None : MeterType.Other;
    }

    private static JsonElement ReadEnumValues(ref readonly JsonMembers members)
    {
        var array = members.Array("enumValues");
        foreach (var element in JsonMembers.ElementsOf(array))
        {
            if (element.ValueKind != JsonValueKind.String)
            {
                throw members.Refused("enumValues", "holds something that is not a string");
            }
        }

        return array;
    }

    private static Entitlement ReadCurrency(ref readonly JsonMembers members)
    {
        var currency = members.Inside("currency", CurrencyNames, isRequired: true);
        return new Entitlement
        {
            Kind = EntitlementKind.Credit,
            Id = currency.Id("currencyId"),
            IdText = currency.ValueOf("currencyId"),
            DisplayName = currency.Text("displayName"),
            Description = currency.Text("description"),
            Unit = currency.Text("unitSingular"),
            UnitPlural = currency.Text("unitPlural"),
            AdditionalMetaData = currency.AsReceived("additionalMetaData", isObject: false),
            IsUsageTracked = true,
        };
    }
}
