using System.Globalization;
using System.Text.Json.Nodes;
using Sidecar.Tests.Service;
using Stigg.Sidecar.V1;
using TestKit;
using TestKit.EdgeApi;

namespace Sidecar.Tests.Decisions;

/// <summary>The rows of the decision table, through a whole Sidecar: from its own memory and from Redis in every layout, right after the miss and from the cache.</summary>
public sealed class DecisionTableTests
{
    private const string NumberLimit10 = "\"usageLimit\":10,\"currentUsage\":7,\"feature\":{\"featureType\":\"NUMBER\",\"meterType\":\"Incremental\",\"refId\":\"$\"}";

    /// <summary>Feature, its members, usage or values asked for, access, reason, current usage.</summary>
    private static readonly (string Id, string Members, double Requested, string[] Values, string Verdict)[] Rows =
    [
        ("on", "\"feature\":{\"featureType\":\"BOOLEAN\",\"refId\":\"$\"}", 0, [], "True"),
        ("revoked", "\"accessDeniedReason\":\"Revoked\",\"feature\":{\"featureType\":\"BOOLEAN\",\"refId\":\"$\"}", 0, [], "False Revoked"),
        ("number", "\"usageLimit\":3,\"feature\":{\"featureType\":\"NUMBER\",\"meterType\":\"None\",\"refId\":\"$\"}", 100, [], "True"),
        ("fits", NumberLimit10, 3, [], "True 7"),
        ("at-limit", NumberLimit10.Replace("\"currentUsage\":7", "\"currentUsage\":10", StringComparison.Ordinal), 0, [], "True 10"),
        ("exceeds", NumberLimit10, 4, [], "False RequestedUsageExceedingLimit 7"),
        ("soft", "\"hasSoftLimit\":true," + NumberLimit10, 100, [], "True 7"),
        ("unlimited", "\"hasUnlimitedUsage\":true," + NumberLimit10, 100, [], "True 7"),
        ("no-limit", NumberLimit10.Replace("\"usageLimit\":10", "\"usageLimit\":null", StringComparison.Ordinal), 0, [], "False RequestedUsageExceedingLimit 7"),
        ("period-over", "\"usagePeriodEnd\":\"2020-01-01T00:00:00.000Z\",\"usagePeriodAnchor\":\"2019-01-01T00:00:00.000Z\",\"resetPeriod\":\"MONTH\"," + NumberLimit10, 10, [], "True 0"),
        ("has-values", "\"enumValues\":[\"eu\",\"us\"],\"feature\":{\"featureType\":\"ENUM\",\"refId\":\"$\"}", 0, ["eu"], "True"),
        ("lacks-value", "\"enumValues\":[\"eu\",\"us\"],\"feature\":{\"featureType\":\"ENUM\",\"refId\":\"$\"}", 0, ["asia"], "False RequestedValuesMismatch"),
        ("paid", "\"creditRate\":{\"amount\":2,\"currencyId\":\"gold\"},\"usageLimit\":null,\"currentUsage\":7,\"feature\":{\"featureType\":\"NUMBER\",\"meterType\":\"Incremental\",\"refId\":\"$\"}", 5, [], "True 7"),
        ("paid-too-much", "\"creditRate\":{\"amount\":2,\"currencyId\":\"gold\"},\"usageLimit\":null,\"currentUsage\":7,\"feature\":{\"featureType\":\"NUMBER\",\"meterType\":\"Incremental\",\"refId\":\"$\"}", 6, [], "False InsufficientCredits 7"),
        ("absent", "", 0, [], "True fallback"),
    ];

    // Layout v2 has no place for credits, so that nothing is known of the wallet.
    private static readonly string[] NeedCredits = ["paid", "paid-too-much"];

    [SkippableTheory]
    [InlineData("memory")]
    [InlineData("v3")]
    [InlineData("dual")]
    [InlineData("v2")]
    public async Task Every_row_is_decided_alike_from_every_cache_and_layout(string cache)
    {
        await using var redis = cache == "memory" ? null : await RedisServer.StartAsync();
        await using var edge = await FakeEdgeApi.StartAsync();
        edge.Store("acme", null, State());
        (string, string)[] variables = [("SERVER_API_KEY", edge.ApiKey), ("EDGE_API_URL", edge.Url), ("API_URL", edge.Url)];
        await using var sidecar = await RunningSidecar.StartAsync(redis is null
            ? variables
            : [.. variables, ("CACHE_LAYOUT", cache), ("REDIS_ENVIRONMENT_PREFIX", "test"), ("REDIS_HOST", redis.Host), ("REDIS_PORT", redis.Port.ToString(CultureInfo.InvariantCulture))]);
        var rows = Rows.Where(row => cache != "v2" || !NeedCredits.Contains(row.Id)).ToArray();

        foreach (var row in rows.Concat(rows))
        {
            Assert.Equal((row.Id, row.Verdict), (row.Id, await AskAsync(sidecar, row.Id, row.Requested, row.Values)));
        }

        Assert.Equal(1, edge.CallsFor("acme"));
    }

    private static JsonArray State()
    {
        const string common = "\"isGranted\":true,\"entitlementUpdatedAt\":\"2026-05-01T00:00:00.000Z\",\"usageUpdatedAt\":\"2026-05-01T00:00:00.000Z\"";
        var features = Rows.Where(static row => row.Members.Length > 0)
            .Select(static row => $"{{\"__typename\":\"FeatureEntitlement\",{common},{row.Members.Replace("$", row.Id, StringComparison.Ordinal)}}}");
        var credit = $"{{\"__typename\":\"CreditEntitlement\",{common},\"usageLimit\":30,\"currentUsage\":20,\"hasSoftLimit\":false,\"currency\":{{\"currencyId\":\"gold\",\"displayName\":\"Gold\"}}}}";
        return JsonNode.Parse($"[{string.Join(',', features.Append(credit))}]")!.AsArray();
    }

    private static async Task<string> AskAsync(RunningSidecar sidecar, string id, double requested, string[] values)
    {
        var options = new GetEntitlementOptions { RequestedUsage = requested, RequestedValues = { values }, Fallback = new GetEntitlementFallback { HasAccess = true } };
        var answer = await sidecar.Client.GetEntitlementAsync(new GetEntitlementRequest { CustomerId = "acme", FeatureId = id, Options = options });
        string?[] parts =
        [
            answer.HasAccess.ToString(), answer.HasAccessDeniedReason ? answer.AccessDeniedReason.ToString() : null, answer.IsFallback ? "fallback" : null,
            answer.Metered?.CurrentUsage.ToString(CultureInfo.InvariantCulture),
        ];
        return string.Join(' ', parts.OfType<string>());
    }
}
