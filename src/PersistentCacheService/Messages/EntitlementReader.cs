using System.Text;
using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Messages;

/// <summary>Reads one entitlement of the GraphQL shape: FeatureEntitlement, CreditEntitlement, or the older Entitlement (a feature).</summary>
internal static class EntitlementReader
{
    // In the value's map a credit's name has this prefix (CONTRACT 2): a feature called so would stand in for a credit.
    // Another CACHE_CREDIT_KEY_PREFIX refuses nothing more: no documented id has a colon, but it may begin with any word.
    private static readonly byte[] CreditMapKeyPrefix = System.Text.Encoding.ASCII.GetBytes(Settings.CacheSettings.DefaultCreditKeyPrefix);

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
    /// <returns>False when its feature is null, which the public schema allows: there is nothing to write.</returns>
    public static bool Read(JsonTape tape, int node, JsonPath path, out Entitlement entitlement, out long? updatedAt)
    {
        Span<int> values = stackalloc int[Names.Count];
        var members = new JsonMembers(Names, tape, node, values, path);
        var updated = members.ValueOf(EntitlementUpdatedAt);
        updatedAt = updated != 0 && JsonDates.TryRead(tape, updated, out var milliseconds) ? milliseconds : null;
        var isCredit = IsCredit(tape, members);
        if (!isCredit && members.IsPresent(Feature) && !members.HasValue(Feature))
        {
            entitlement = default;
            return false;
        }

        entitlement = isCredit
            ? ReadCurrency(tape, members.Required(Currency, members.Object(Currency)), path.Inside("currency"))
            : ReadFeatureTerms(tape, members, path, ReadFeature(tape, members.Required(Feature, members.Object(Feature)), path.Inside("feature")));
        entitlement = entitlement with
        {
            UsageLimit = members.Number(UsageLimit),
            HasSoftLimit = members.Flag(HasSoftLimit),
            AccessDeniedReason = members.Text(AccessDeniedReason),
            ValidUntil = members.Date(ValidUntil),
            CurrentUsage = members.Number(CurrentUsage),
            UsagePeriodStart = new DateMember(members.IsPresent(UsagePeriodStart), members.Date(UsagePeriodStart)),
            UsagePeriodEnd = new DateMember(members.IsPresent(UsagePeriodEnd), members.Date(UsagePeriodEnd)),
            UsageUpdatedAt = members.Date(UsageUpdatedAt),
        };
        return true;
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

    private static Entitlement ReadFeature(JsonTape tape, int node, JsonPath path)
    {
        Span<int> values = stackalloc int[FeatureNames.Count];
        var members = new JsonMembers(FeatureNames, tape, node, values, path);
        var id = members.Id(RefId);
        if (id.Span.StartsWith(CreditMapKeyPrefix))
        {
            throw members.Refused(RefId, "is not a valid id");
        }

        var featureType = members.Required(FeatureType, members.Text(FeatureType));
        var meterTypeText = members.Text(MeterTypeName);
        var meterType = ReadMeterType(tape, meterTypeText);
        return new Entitlement
        {
            Kind = EntitlementKind.Feature,
            Id = id,
            IdText = members.ValueOf(RefId),
            DisplayName = members.Text(FeatureDisplayName),
            Description = members.Text(FeatureDescription),
            FeatureType = featureType,
            MeterTypeText = meterTypeText,
            MeterType = meterType,
            Unit = members.Text(FeatureUnits),
            UnitPlural = members.Text(FeatureUnitsPlural),
            UnitTransformation = AsReceived.Check(tape, members.Object(UnitTransformation), path, "unitTransformation"),
            IsUsageTracked = meterType is MeterType.Incremental or MeterType.Fluctuating && tape.TextEquals(featureType, "NUMBER"u8),
        };
    }

    private static MeterType ReadMeterType(JsonTape tape, int node)
    {
        if (node == 0)
        {
            return MeterType.Absent;
        }

        var name = tape.Text(node);
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

    private static Entitlement ReadFeatureTerms(JsonTape tape, JsonMembers members, JsonPath path, Entitlement feature)
    {
        var creditRate = members.Object(CreditRate);
        Span<int> rateValues = stackalloc int[RateNames.Count];
        var rate = creditRate == 0 ? default : new JsonMembers(RateNames, tape, creditRate, rateValues, path.Inside("creditRate"));
        return feature with
        {
            ResourceId = members.OptionalId(ResourceId).IsEmpty ? 0 : members.ValueOf(ResourceId),
            HasUnlimitedUsage = members.Flag(HasUnlimitedUsage),
            EnumValues = ReadEnumValues(tape, members),
            UsagePeriodAnchor = members.Date(UsagePeriodAnchor),
            ResetPeriod = members.Text(ResetPeriod),
            ResetPeriodConfiguration =
                AsReceived.Check(tape, members.Object(ResetPeriodConfiguration), path, "resetPeriodConfiguration"),
            CreditRate = creditRate,
            CreditRateAmount = creditRate == 0 ? 0 : rate.Number(RateAmount),
            CreditRateCurrency = creditRate == 0 ? 0 : rate.Text(RateCurrency),
        };
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

    private static Entitlement ReadCurrency(JsonTape tape, int node, JsonPath path)
    {
        Span<int> values = stackalloc int[CurrencyNames.Count];
        var members = new JsonMembers(CurrencyNames, tape, node, values, path);
        return new Entitlement
        {
            Kind = EntitlementKind.Credit,
            Id = members.Id(CurrencyId),
            IdText = members.ValueOf(CurrencyId),
            DisplayName = members.Text(CurrencyDisplayName),
            Description = members.Text(CurrencyDescription),
            Unit = members.Text(UnitSingular),
            UnitPlural = members.Text(UnitPlural),
            AdditionalMetaData = AsReceived.Check(tape, members.ValueOf(AdditionalMetaData), path, "additionalMetaData"),
            IsUsageTracked = true,
        };
    }
}
