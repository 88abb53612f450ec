using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Messages;

/// <summary>Reads one entitlement of the GraphQL shape: FeatureEntitlement, CreditEntitlement, or the older Entitlement (a feature).</summary>
internal static class EntitlementReader
{
    // In the value's map a credit's name has this prefix (CONTRACT 2): a feature called so would stand in for a credit.
    private static ReadOnlySpan<byte> CreditMapKeyPrefix => "CREDIT:"u8;

    private static readonly MemberTable Names = new();
    private static readonly int Typename = Names.Add("__typename");
    private static readonly int Feature = Names.Add("feature");
    private static readonly int Currency = Names.Add("currency");
    private static readonly int ResourceId = Names.Add("resourceId");
    private static readonly int UsageLimit = Names.Add("usageLimit");
    private static readonly int HasUnlimitedUsage = Names.Add("hasUnlimitedUsage");
    private static readonly int HasSoftLimit = Names.Add("hasSoftLimit");
    private static readonly int AccessDeniedReason = Names.Add("accessDeniedReason");
    private static readonly int EnumValues = Names.Add("enumValues");
    private static readonly int CreditRate = Names.Add("creditRate");
    private static readonly int ValidUntil = Names.Add("validUntil");
    private static readonly int ResetPeriod = Names.Add("resetPeriod");
    private static readonly int ResetPeriodConfiguration = Names.Add("resetPeriodConfiguration");
    private static readonly int CurrentUsage = Names.Add("currentUsage");
    private static readonly int UsagePeriodAnchor = Names.Add("usagePeriodAnchor");
    private static readonly int UsagePeriodStart = Names.Add("usagePeriodStart");
    private static readonly int UsagePeriodEnd = Names.Add("usagePeriodEnd");
    private static readonly int UsageUpdatedAt = Names.Add("usageUpdatedAt");
    private static readonly int EntitlementUpdatedAt = Names.Add("entitlementUpdatedAt");

    private static readonly MemberTable FeatureNames = new();
    private static readonly int RefId = FeatureNames.Add("refId");
    private static readonly int FeatureDisplayName = FeatureNames.Add("displayName");
    private static readonly int FeatureDescription = FeatureNames.Add("description");
    private static readonly int FeatureType = FeatureNames.Add("featureType");
    private static readonly int MeterTypeName = FeatureNames.Add("meterType");
    private static readonly int FeatureUnits = FeatureNames.Add("featureUnits");
    private static readonly int FeatureUnitsPlural = FeatureNames.Add("featureUnitsPlural");
    private static readonly int UnitTransformation = FeatureNames.Add("unitTransformation");

    private static readonly MemberTable CurrencyNames = new();
    private static readonly int CurrencyId = CurrencyNames.Add("currencyId");
    private static readonly int CurrencyDisplayName = CurrencyNames.Add("displayName");
    private static readonly int CurrencyDescription = CurrencyNames.Add("description");
    private static readonly int UnitSingular = CurrencyNames.Add("unitSingular");
    private static readonly int UnitPlural = CurrencyNames.Add("unitPlural");
    private static readonly int AdditionalMetaData = CurrencyNames.Add("additionalMetaData");

    private static readonly MemberTable RateNames = new();
    private static readonly int RateAmount = RateNames.Add("amount");
    private static readonly int RateCurrency = RateNames.Add("currencyId");

    /// <summary>Reads the object at <paramref name="node"/>.</summary>
    /// <param name="tape">The text.</param>
    /// <param name="node">An object.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="entitlement">Filled completely.</param>
    /// <param name="updatedAt">Its <c>entitlementUpdatedAt</c> in Unix ms; null when absent or not a date.</param>
    public static void Read(JsonTape tape, int node, JsonPath path, out Entitlement entitlement, out long? updatedAt)
    {
        Span<int> values = stackalloc int[Names.Count];
        var members = new JsonMembers(Names, tape, node, values, path);
        var isCredit = IsCredit(tape, members);
        entitlement = default;
        entitlement.Kind = isCredit ? EntitlementKind.Credit : EntitlementKind.Feature;
        if (isCredit)
        {
            ReadCurrency(tape, members.Required(Currency, members.Object(Currency)), path.Inside("currency"), ref entitlement);
        }
        else
        {
            ReadFeature(tape, members.Required(Feature, members.Object(Feature)), path.Inside("feature"), ref entitlement);
            ReadFeatureTerms(tape, members, path, ref entitlement);
        }

        entitlement.UsageLimit = members.Number(UsageLimit);
        entitlement.HasSoftLimit = members.Flag(HasSoftLimit);
        entitlement.AccessDeniedReason = members.Text(AccessDeniedReason);
        entitlement.ValidUntil = members.Date(ValidUntil);
        entitlement.CurrentUsage = members.Number(CurrentUsage);
        entitlement.UsagePeriodStart = new DateMember(members.IsPresent(UsagePeriodStart), members.Date(UsagePeriodStart));
        entitlement.UsagePeriodEnd = new DateMember(members.IsPresent(UsagePeriodEnd), members.Date(UsagePeriodEnd));
        entitlement.UsageUpdatedAt = members.Date(UsageUpdatedAt);

        var updated = members.ValueOf(EntitlementUpdatedAt);
        updatedAt = updated != 0 && JsonDates.TryRead(tape, updated, out var milliseconds) ? milliseconds : null;
    }

    private static bool IsCredit(JsonTape tape, JsonMembers members)
    {
        var typename = members.Text(Typename);
        if (typename != 0 && tape.TextEquals(typename, "CreditEntitlement"u8))
        {
            return true;
        }

        var isFeature = typename != 0 && tape.TextEquals(typename, "FeatureEntitlement"u8);
        return !isFeature && members.HasValue(Currency) && !members.HasValue(Feature);
    }

    private static void ReadFeature(JsonTape tape, int node, JsonPath path, ref Entitlement entitlement)
    {
        Span<int> values = stackalloc int[FeatureNames.Count];
        var members = new JsonMembers(FeatureNames, tape, node, values, path);
        entitlement.Id = members.Id(RefId);
        entitlement.IdText = members.ValueOf(RefId);
        if (entitlement.Id.Span.StartsWith(CreditMapKeyPrefix))
        {
            throw members.Refused(RefId, "is not a valid id");
        }

        entitlement.DisplayName = members.Text(FeatureDisplayName);
        entitlement.Description = members.Text(FeatureDescription);
        entitlement.FeatureType = members.Required(FeatureType, members.Text(FeatureType));
        entitlement.MeterTypeText = members.Text(MeterTypeName);
        entitlement.MeterType = ReadMeterType(tape, entitlement.MeterTypeText);
        entitlement.Unit = members.Text(FeatureUnits);
        entitlement.UnitPlural = members.Text(FeatureUnitsPlural);
        entitlement.UnitTransformation = AsReceived.Check(tape, members.Object(UnitTransformation), path, "unitTransformation");
        entitlement.IsUsageTracked = tape.TextEquals(entitlement.FeatureType, "NUMBER"u8) &&
            entitlement.MeterType is MeterType.Incremental or MeterType.Fluctuating;
    }

    private static MeterType ReadMeterType(JsonTape tape, int node)
    {
        if (node == 0)
        {
            return MeterType.Absent;
        }

        var name = tape.Text(node);
        if (System.Text.Ascii.EqualsIgnoreCase(name, "incremental"u8))
        {
            return MeterType.Incremental;
        }

        if (System.Text.Ascii.EqualsIgnoreCase(name, "fluctuating"u8))
        {
            return MeterType.Fluctuating;
        }

        return System.Text.Ascii.EqualsIgnoreCase(name, "none"u8) ? MeterType.None : MeterType.Other;
    }

    private static void ReadFeatureTerms(JsonTape tape, JsonMembers members, JsonPath path, ref Entitlement entitlement)
    {
        members.OptionalId(ResourceId);
        entitlement.ResourceId = members.Text(ResourceId) is var resource && resource != 0 && tape[resource].Length > 0 ? resource : 0;
        entitlement.HasUnlimitedUsage = members.Flag(HasUnlimitedUsage);
        entitlement.EnumValues = ReadEnumValues(tape, members);
        entitlement.UsagePeriodAnchor = members.Date(UsagePeriodAnchor);
        entitlement.ResetPeriod = members.Text(ResetPeriod);
        entitlement.ResetPeriodConfiguration =
            AsReceived.Check(tape, members.Object(ResetPeriodConfiguration), path, "resetPeriodConfiguration");

        entitlement.CreditRate = members.Object(CreditRate);
        if (entitlement.CreditRate != 0)
        {
            Span<int> values = stackalloc int[RateNames.Count];
            var rate = new JsonMembers(RateNames, tape, entitlement.CreditRate, values, path.Inside("creditRate"));
            entitlement.CreditRateAmount = rate.Number(RateAmount);
            entitlement.CreditRateCurrency = rate.Text(RateCurrency);
        }
    }

    private static int ReadEnumValues(JsonTape tape, JsonMembers members)
    {
        var array = members.Array(EnumValues);
        for (var element = array + 1; array != 0 && element < tape[array].End; element = tape[element].End)
        {
            if (tape[element].Kind != JsonKind.String)
            {
                throw members.Refused(EnumValues, "holds something that is not a string");
            }
        }

        return array;
    }

    private static void ReadCurrency(JsonTape tape, int node, JsonPath path, ref Entitlement entitlement)
    {
        Span<int> values = stackalloc int[CurrencyNames.Count];
        var members = new JsonMembers(CurrencyNames, tape, node, values, path);
        entitlement.Id = members.Id(CurrencyId);
        entitlement.IdText = members.ValueOf(CurrencyId);
        entitlement.DisplayName = members.Text(CurrencyDisplayName);
        entitlement.Description = members.Text(CurrencyDescription);
        entitlement.Unit = members.Text(UnitSingular);
        entitlement.UnitPlural = members.Text(UnitPlural);
        entitlement.AdditionalMetaData = AsReceived.Check(tape, members.ValueOf(AdditionalMetaData), path, "additionalMetaData");
        entitlement.IsUsageTracked = true;
    }
}
