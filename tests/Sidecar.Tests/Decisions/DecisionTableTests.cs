using System.Globalization;
using System.Text.Json.Nodes;
using Sidecar.Model;
using Sidecar.Tests.Service;
using Stigg.Sidecar.V1;
using TestKit;
using TestKit.EdgeApi;

namespace Sidecar.Tests.Decisions;

/// <summary>The rows of the decision table by every call, through a whole Sidecar: from its own memory and from Redis in every layout, right after the miss and from the cache.</summary>
public sealed class DecisionTableTests
{
    private const string Seats = "\"currentUsage\":7,\"feature\":{\"featureType\":\"NUMBER\",\"meterType\":\"Incremental\",\"refId\":\"$\"}";
    private const string SeatsOf10 = "\"usageLimit\":10," + Seats;
    private const string Regions = "\"enumValues\":[\"eu\",\"us\"],\"feature\":{\"featureType\":\"ENUM\",\"refId\":\"$\"}";
    private const string Paid = "\"creditRate\":{\"amount\":2,\"currencyId\":\"gold\"},\"usageLimit\":null," + Seats;

    private static readonly EntitlementType[] Types = [EntitlementType.Boolean, EntitlementType.Numeric, EntitlementType.Metered, EntitlementType.Enum];

    private static readonly Row[] Rows =
    [
        new("on", EntitlementType.Boolean, "\"feature\":{\"featureType\":\"BOOLEAN\",\"refId\":\"$\"}", "True"),
        new("revoked", EntitlementType.Boolean, "\"accessDeniedReason\":\"Revoked\",\"feature\":{\"featureType\":\"BOOLEAN\",\"refId\":\"$\"}", "False Revoked"),
        new("number", EntitlementType.Numeric, "\"usageLimit\":3,\"feature\":{\"featureType\":\"NUMBER\",\"meterType\":\"None\",\"refId\":\"$\"}", "True") { Requested = 100 },
        new("fits", EntitlementType.Metered, SeatsOf10, "True 7") { Requested = 3 },
        new("at-limit", EntitlementType.Metered, SeatsOf10.Replace("\"currentUsage\":7", "\"currentUsage\":10", StringComparison.Ordinal), "True 10"),
        new("exceeds", EntitlementType.Metered, SeatsOf10, "False RequestedUsageExceedingLimit 7") { Requested = 4 },
        new("soft", EntitlementType.Metered, "\"hasSoftLimit\":true," + SeatsOf10, "True 7") { Requested = 100 },
        new("unlimited", EntitlementType.Metered, "\"hasUnlimitedUsage\":true," + SeatsOf10, "True 7") { Requested = 100 },
        new("no-limit", EntitlementType.Metered, "\"usageLimit\":null," + Seats, "False RequestedUsageExceedingLimit 7"),
        new("denied-meter", EntitlementType.Metered, "\"accessDeniedReason\":\"BudgetExceeded\"," + SeatsOf10, "False BudgetExceeded 7"),
        new("period-over", EntitlementType.Metered, "\"usagePeriodEnd\":\"2020-01-01T00:00:00.000Z\",\"usagePeriodAnchor\":\"2019-01-01T00:00:00.000Z\",\"resetPeriod\":\"MONTH\"," + SeatsOf10, "True 0") { Requested = 10 },
        new("has-values", EntitlementType.Enum, Regions, "True") { Values = ["eu"] },
        new("lacks-value", EntitlementType.Enum, Regions, "False RequestedValuesMismatch") { Values = ["asia"] },
        new("paid", EntitlementType.Metered, Paid, "True 7") { Requested = 5, NeedsCredits = true },
        new("paid-too-much", EntitlementType.Metered, Paid, "False InsufficientCredits 7") { Requested = 6, NeedsCredits = true },
    ];

    private static readonly Row[] Credits =
    [
        new("gold", EntitlementType.Credit, "\"usageLimit\":30,\"currentUsage\":20,\"hasSoftLimit\":false", "True 20"),
        new("spent", EntitlementType.Credit, "\"usageLimit\":20,\"currentUsage\":20,\"hasSoftLimit\":false", "False InsufficientCredits 20"),
        new("overdrawn", EntitlementType.Credit, "\"usageLimit\":20,\"currentUsage\":25,\"hasSoftLimit\":true", "True 25"),
        new("blocked", EntitlementType.Credit, "\"usageLimit\":20,\"currentUsage\":1,\"hasSoftLimit\":false,\"accessDeniedReason\":\"Revoked\"", "False Revoked 1"),
    ];

    [SkippableTheory]
    [InlineData("memory")]
    [InlineData("v3")]
    [InlineData("dual")]
    [InlineData("v2")]
    public async Task Every_row_is_decided_alike_by_every_call_from_every_cache_and_layout(string cache)
    {
        await using var redis = cache == "memory" ? null : await RedisServer.StartAsync();
        await using var edge = await FakeEdgeApi.StartAsync();
        edge.Store("acme", null, State());
        edge.Store("archived", null, [], "CustomerIsArchived");
        await using var sidecar = await StartAsync(edge, redis, cache);

        for (var round = 0; round < 2; round++)
        {
            // Layout v2 has no place for credits, so that nothing is known of the wallet.
            foreach (var row in Rows.Where(row => cache != "v2" || !row.NeedsCredits))
            {
                await CheckAsync(sidecar.Client, row);
            }

            await CheckAbsentAsync(sidecar.Client);
            foreach (var credit in Credits)
            {
                Assert.Equal((credit.Id, cache == "v2" ? "True fallback" : credit.Verdict), (credit.Id, await Verdicts.CreditAsync(sidecar.Client, "acme", credit.Id)));
            }

            Assert.Equal("True fallback", await Verdicts.CreditAsync(sidecar.Client, "acme", "absent"));
        }

        Assert.Equal((1, 1), (edge.CallsFor("acme"), edge.CallsFor("archived")));
    }

    private static async Task CheckAsync(SidecarService.SidecarServiceClient client, Row row)
    {
        foreach (var type in Types)
        {
            var verdict = await Verdicts.TypedAsync(client, type, "acme", row.Id, row.Requested, row.Values);
            Assert.Equal((row.Id, type, type == row.Type ? row.Verdict : "True FeatureTypeMismatch fallback"), (row.Id, type, verdict));
        }

        Assert.Equal((row.Id, row.Verdict), (row.Id, await Verdicts.GenericAsync(client, "acme", row.Id, row.Requested, row.Values)));
        Assert.Equal((row.Id, row.Verdict), (row.Id, await Verdicts.SecondAsync(client, "acme", row.Id, row.Requested, row.Values)));
    }

    /// <summary>A feature that the customer has not, a customer that is denied as a whole, and one that there is not.</summary>
    private static async Task CheckAbsentAsync(SidecarService.SidecarServiceClient client)
    {
        foreach (var type in Types)
        {
            Assert.Equal((type, "False NoFeatureEntitlementInSubscription"), (type, await Verdicts.TypedAsync(client, type, "acme", "absent", 0)));
            Assert.Equal((type, "False CustomerIsArchived"), (type, await Verdicts.TypedAsync(client, type, "archived", "on", 0)));
            Assert.Equal((type, "False CustomerNotFound"), (type, await Verdicts.TypedAsync(client, type, "nobody", "on", 0)));
        }

        foreach (var customer in (string[])["acme", "archived", "nobody"])
        {
            Assert.Equal("True fallback", await Verdicts.GenericAsync(client, customer, "absent", 0));
            Assert.Equal("True fallback", await Verdicts.SecondAsync(client, customer, "absent", 0));
        }
    }

    private static Task<RunningSidecar> StartAsync(FakeEdgeApi edge, RedisServer? redis, string cache)
    {
        (string, string)[] variables = [("SERVER_API_KEY", edge.ApiKey), ("EDGE_API_URL", edge.Url), ("API_URL", edge.Url)];
        return RunningSidecar.StartAsync(redis is null
            ? variables
            : [.. variables, ("CACHE_LAYOUT", cache), ("REDIS_ENVIRONMENT_PREFIX", "test"), ("REDIS_HOST", redis.Host), ("REDIS_PORT", redis.Port.ToString(CultureInfo.InvariantCulture))]);
    }

    private static JsonArray State()
    {
        const string common = "\"isGranted\":true,\"entitlementUpdatedAt\":\"2026-05-01T00:00:00.000Z\",\"usageUpdatedAt\":\"2026-05-01T00:00:00.000Z\"";
        var features = Rows.Select(static row => $"{{\"__typename\":\"FeatureEntitlement\",{common},{row.Members.Replace("$", row.Id, StringComparison.Ordinal)}}}");
        var credits = Credits.Select(static row => $"{{\"__typename\":\"CreditEntitlement\",{common},{row.Members},\"currency\":{{\"currencyId\":\"{row.Id}\",\"displayName\":\"{row.Id}\"}}}}");
        return JsonNode.Parse($"[{string.Join(',', features.Concat(credits))}]")!.AsArray();
    }

    /// <summary>A row of the table.</summary>
    /// <param name="Id">Feature or currency.</param>
    /// <param name="Type">What it is.</param>
    /// <param name="Members">What Stigg says of it.</param>
    /// <param name="Verdict">The answer, as <see cref="Verdicts"/> has it.</param>
    private sealed record Row(string Id, EntitlementType Type, string Members, string Verdict)
    {
        public double Requested { get; init; }

        public string[] Values { get; init; } = [];

        public bool NeedsCredits { get; init; }
    }
}
