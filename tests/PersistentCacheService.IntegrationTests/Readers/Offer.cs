using System.Globalization;
using System.Text.Json.Nodes;

namespace PersistentCacheService.IntegrationTests.Readers;

/// <summary>A customer's entitlements of every kind, as Stigg's queue and its Edge API both send them, and what a reader must make of them.</summary>
/// <param name="Time">entitlementUpdatedAt and usageUpdatedAt, ms since the epoch.</param>
internal sealed record Offer(long Time)
{
    /// <summary>The metered feature whose limit and usage the tests change.</summary>
    public const string Calls = "feature-api-calls";

    /// <summary>The credit.</summary>
    public const string CreditId = "credit-ai";

    // Periods must not have ended, or the SDK starts the next one by itself: usage 0.
    private const long PeriodStart = 4_070_908_800_000; // 2099-01-01
    private const long PeriodEnd = 4_073_587_200_000; // 2099-02-01

    /// <summary>What the old generation makes of a credit: a boolean without a feature.</summary>
    private static readonly ReadEntitlement Nameless = new("", null, null, false, false, "NoFeatureEntitlementInSubscription", [], null, null);

    /// <summary>Limit of <see cref="Calls"/>.</summary>
    public double Limit { get; init; } = 1000;

    /// <summary>Usage of <see cref="Calls"/>.</summary>
    public double Usage { get; init; } = 42;

    /// <summary>What was granted of the credit.</summary>
    public double Granted { get; init; } = 500;

    /// <summary>What was consumed of it.</summary>
    public double Consumed { get; init; } = 120;

    /// <summary>validUntil of <see cref="Calls"/> as ISO text; null: for ever.</summary>
    public string? ValidUntil { get; init; } = "2099-12-31T00:00:00.000Z";

    /// <summary>The elements: features, and a credit unless the reader's Edge API knows none.</summary>
    public JsonArray Entitlements(bool credits = true)
    {
        var list = new JsonArray(
            Feature("feature-sso", "BOOLEAN", "None"),
            Feature("feature-revoked", "BOOLEAN", "None", ("accessDeniedReason", "Revoked")),
            Feature("feature-seats", "NUMBER", "None", ("usageLimit", 25)),
            Feature("feature-regions", "ENUM", "None", ("enumValues", new JsonArray("eu", "us"))),
            Feature(
                Calls, "NUMBER", "Incremental", ("usageLimit", Limit), ("currentUsage", Usage), ("resetPeriod", "MONTH"), ("usagePeriodAnchor", Iso(PeriodStart)),
                ("usagePeriodStart", Iso(PeriodStart)), ("usagePeriodEnd", Iso(PeriodEnd)), ("validUntil", ValidUntil)),
            Feature("feature-storage", "NUMBER", "Fluctuating", ("usageLimit", 10.5), ("hasSoftLimit", true), ("currentUsage", 12.25)),
            Feature("feature-events", "NUMBER", "Incremental", ("hasUnlimitedUsage", true), ("currentUsage", 7)),
            Feature(
                "feature-tokens", "NUMBER", "Incremental", ("usageLimit", 100), ("currentUsage", 3),
                ("creditRate", new JsonObject { ["amount"] = 0.5, ["currencyId"] = CreditId })));
        if (credits)
        {
            list.Add(Credit());
        }

        return list;
    }

    /// <summary>The queue message that says so.</summary>
    public string Message(string customerId, string? resourceId = null) => new JsonObject
    {
        ["type"] = "entitlementsUpdatedV2",
        ["customerId"] = customerId,
        ["resourceId"] = resourceId,
        ["accessDeniedReason"] = null,
        ["entitlements"] = Entitlements(),
    }.ToJsonString();

    /// <summary>The queue message about the usage of <see cref="Calls"/>.</summary>
    public string UsageMessage(string customerId, string? resourceId = null) => new JsonObject
    {
        ["type"] = "usageUpdatedV2",
        ["customerId"] = customerId,
        ["resourceId"] = resourceId,
        ["entitlementReference"] = new JsonObject { ["type"] = "FEATURE", ["id"] = Calls },
        ["usage"] = new JsonObject
        {
            ["currentUsage"] = Usage,
            ["usagePeriodStart"] = Iso(PeriodStart),
            ["usagePeriodEnd"] = Iso(PeriodEnd),
            ["usageUpdatedAt"] = Iso(Time),
        },
    }.ToJsonString();

    /// <summary>The queue message about what was consumed of the credit.</summary>
    public string CreditUsageMessage(string customerId) => new JsonObject
    {
        ["type"] = "usageUpdatedV2",
        ["customerId"] = customerId,
        ["entitlementReference"] = new JsonObject { ["type"] = "CREDIT", ["id"] = CreditId },
        ["usage"] = new JsonObject { ["currentUsage"] = Consumed, ["usagePeriodEnd"] = Iso(PeriodEnd), ["usageUpdatedAt"] = Iso(Time) },
    }.ToJsonString();

    /// <summary>The queue message about a changed balance of the credit: neither time nor period, and the limit is another one, too.</summary>
    public string CreditBalanceMessage(string customerId) => new JsonObject
    {
        ["type"] = "creditBalanceUpdated",
        ["customerId"] = customerId,
        ["currencyId"] = CreditId,
        ["totalGranted"] = Granted,
        ["totalConsumed"] = Consumed,
        ["currentBalance"] = Granted - Consumed,
    }.ToJsonString();

    /// <summary>What a reader answers, in the order of the ids.</summary>
    /// <param name="reader">Which reader.</param>
    /// <param name="credits">Whether the cached value holds the credit, too: not in layout v2, and not after the old generation refetched.</param>
    public IEnumerable<ReadEntitlement> ReadBy(ReaderKind reader, bool credits)
    {
        ReadEntitlement[] features =
        [
            new(Calls, Limit, Usage, false, false, null, [], "MONTH", PeriodEnd),
            new("feature-events", null, 7, true, false, null, [], null, null),
            new("feature-regions", null, null, false, false, null, ["eu", "us"], null, null),
            new("feature-revoked", null, null, false, false, "Revoked", [], null, null),
            new("feature-seats", 25, null, false, false, null, [], null, null),
            new("feature-sso", null, null, false, false, null, [], null, null),
            new("feature-storage", 10.5, 12.25, false, true, null, [], null, null),
            new("feature-tokens", 100, 3, false, false, null, [], null, null),
        ];
        return credits ? [reader == ReaderKind.Sdk395 ? Nameless : new ReadEntitlement("CREDIT:" + CreditId, Granted, Consumed, false, false, null, [], null, PeriodEnd), .. features] : features;
    }

    private static string Iso(long time) => DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private JsonObject Feature(string id, string type, string meter, params (string Name, JsonNode? Value)[] more)
    {
        var entitlement = new JsonObject
        {
            ["__typename"] = "FeatureEntitlement",
            ["isGranted"] = true,
            ["accessDeniedReason"] = null,
            ["usageLimit"] = null,
            ["hasUnlimitedUsage"] = false,
            ["hasSoftLimit"] = false,
            ["currentUsage"] = null,
            ["enumValues"] = null,
            ["entitlementUpdatedAt"] = Iso(Time),
            ["usageUpdatedAt"] = meter == "None" ? null : Iso(Time),
            ["usagePeriodAnchor"] = null,
            ["usagePeriodStart"] = null,
            ["usagePeriodEnd"] = null,
            ["resetPeriod"] = null,
            ["resetPeriodConfiguration"] = null,
            ["validUntil"] = null,
            ["creditRate"] = null,
            ["feature"] = new JsonObject
            {
                ["__typename"] = "EntitlementFeature",
                ["refId"] = id,
                ["displayName"] = id,
                ["featureType"] = type,
                ["meterType"] = meter,
                ["featureUnits"] = meter == "None" ? null : "unit",
                ["featureUnitsPlural"] = meter == "None" ? null : "units",
            },
        };
        foreach (var (name, value) in more)
        {
            entitlement[name] = value;
        }

        return entitlement;
    }

    private JsonObject Credit() => new()
    {
        ["__typename"] = "CreditEntitlement",
        ["isGranted"] = true,
        ["accessDeniedReason"] = null,
        ["currency"] = new JsonObject { ["currencyId"] = CreditId, ["displayName"] = "AI credits", ["unitSingular"] = "credit", ["unitPlural"] = "credits" },
        ["usageLimit"] = Granted,
        ["currentUsage"] = Consumed,
        ["hasSoftLimit"] = false,
        ["usageUpdatedAt"] = Iso(Time),
        ["entitlementUpdatedAt"] = Iso(Time),
        ["usagePeriodEnd"] = Iso(PeriodEnd),
        ["validUntil"] = null,
    };
}
