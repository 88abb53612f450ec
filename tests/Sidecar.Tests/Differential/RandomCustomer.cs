using System.Globalization;
using System.Text.Json.Nodes;

namespace Sidecar.Tests.Differential;

/// <summary>A customer with entitlements of every kind in every state that the table of decisions knows, and a question about one of them; the same for the same seed.</summary>
internal sealed class RandomCustomer
{
    private const string OverAt = "2020-02-29T00:00:00.000Z";

    private static readonly string[] Kinds = ["BOOLEAN", "ENUM", "NUMERIC", "METERED"];
    private static readonly string[] Reasons = ["Revoked", "NoActiveSubscription", "BudgetExceeded", "InsufficientCredits", "FeatureNotFound"];
    private static readonly string[] Values = ["eu", "us", "asia"];

    private RandomCustomer(Random random, int number)
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"customer-{number}");
        ResourceId = random.Next(4) == 0 ? "resource" : null;
        var kinds = Enumerable.Range(0, random.Next(5)).Select(_ => Kinds[random.Next(Kinds.Length)]).ToArray();
        Entitlements = new JsonArray([.. kinds.Select((kind, position) => Entitlement(random, kind, $"f{position}"))]);

        // Now and then about a feature that the customer lacks, or by the call of another kind.
        var asked = random.Next(kinds.Length + 1);
        FeatureId = $"f{asked}";
        Kind = asked < kinds.Length && random.Next(10) > 0 ? kinds[asked] : Kinds[random.Next(Kinds.Length)];

        // The generic call of that SDK does not move on a period that is over; later ones do, and so do we.
        var isOver = asked < kinds.Length && (string?)Entitlements[asked]!["usagePeriodEnd"] == OverAt;
        IsGeneric = random.Next(4) == 0 && !isOver;
        RequestedUsage = random.Next(3) == 0 ? null : random.Next(2) == 0 ? random.Next(8) : Math.Round(random.NextDouble() * 8, 2);
        RequestedValues = [.. Values.Where(_ => random.Next(3) == 0)];
        FallbackAccess = random.Next(2) == 0;
    }

    /// <summary>Customer id.</summary>
    public string Id { get; }

    /// <summary>Resource; null: none.</summary>
    public string? ResourceId { get; }

    /// <summary>What the Edge API says.</summary>
    public JsonArray Entitlements { get; }

    /// <summary>The feature asked for.</summary>
    public string FeatureId { get; }

    /// <summary>BOOLEAN, ENUM, NUMERIC or METERED: the call it is asked by.</summary>
    public string Kind { get; }

    /// <summary>Asked by the call for any kind.</summary>
    public bool IsGeneric { get; }

    /// <summary>Usage asked for; null: none.</summary>
    public double? RequestedUsage { get; }

    /// <summary>Values asked for.</summary>
    public IReadOnlyList<string> RequestedValues { get; }

    /// <summary>Access of the fallback that the call brings.</summary>
    public bool FallbackAccess { get; }

    /// <summary>So many customers.</summary>
    public static IReadOnlyList<RandomCustomer> Generate(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(number => new RandomCustomer(random, number))];
    }

    /// <summary>For the message of a failure.</summary>
    public override string ToString() =>
        $"{Id}/{ResourceId} {(IsGeneric ? "generic" : Kind)} {FeatureId} usage {RequestedUsage} values {string.Join(',', RequestedValues)} fallback {FallbackAccess} of {Entitlements.ToJsonString()}";

    private static JsonObject Entitlement(Random random, string kind, string id)
    {
        var feature = new JsonObject { ["featureType"] = kind is "NUMERIC" or "METERED" ? "NUMBER" : kind, ["displayName"] = id, ["refId"] = id, ["featureUnits"] = "seat", ["featureUnitsPlural"] = "seats" };
        var entitlement = new JsonObject
        {
            ["__typename"] = "FeatureEntitlement",
            ["isGranted"] = true,
            ["hasUnlimitedUsage"] = random.Next(8) == 0,
            ["hasSoftLimit"] = random.Next(8) switch { 0 => true, 1 => null, _ => false },
            ["usageLimit"] = random.Next(8) == 0 ? null : random.Next(12),
            ["entitlementUpdatedAt"] = "2026-05-01T00:00:00.000Z",
            ["accessDeniedReason"] = random.Next(6) == 0 ? Reasons[random.Next(Reasons.Length)] : null,
            ["feature"] = feature,
        };
        switch (kind)
        {
            case "ENUM":
                entitlement["enumValues"] = random.Next(6) == 0 ? null : new JsonArray([.. Values.Where(_ => random.Next(2) == 0)]);
                break;
            case "NUMERIC":
                feature["meterType"] = "None";
                break;
            case "METERED":
                feature["meterType"] = random.Next(2) == 0 ? "Incremental" : "Fluctuating";
                AddUsage(random, entitlement);
                break;
        }

        return entitlement;
    }

    private static void AddUsage(Random random, JsonObject entitlement)
    {
        entitlement["currentUsage"] = random.Next(2) == 0 ? random.Next(12) : Math.Round(random.NextDouble() * 12, 2);
        entitlement["usageUpdatedAt"] = "2026-05-02T00:00:00.000Z";
        if (random.Next(2) == 0)
        {
            return;
        }

        // A period that is long over, or ends in a far future: the two readers do not look at one moment.
        var isOver = random.Next(2) == 0;
        entitlement["usagePeriodStart"] = isOver ? "2020-01-31T00:00:00.000Z" : "2026-01-31T00:00:00.000Z";
        entitlement["usagePeriodEnd"] = isOver ? OverAt : "2099-01-31T00:00:00.000Z";
        if (random.Next(4) > 0)
        {
            entitlement["usagePeriodAnchor"] = "2020-01-31T00:00:00.000Z";
            entitlement["resetPeriod"] = random.Next(2) == 0 ? "MONTH" : "YEAR";
        }
    }
}
