using System.Globalization;
using System.Text.Json.Nodes;
using Sidecar.Tests.Service;
using Stigg.Sidecar.V1;
using TestKit;
using TestKit.EdgeApi;

namespace Sidecar.Tests.Caching;

/// <summary>The rights of deploy/redis/users-sidecar.acl, on a real Redis.</summary>
public sealed class RedisRightsTests
{
    private const string Seats = """
        [{"__typename":"FeatureEntitlement","isGranted":true,"usageLimit":10,"hasUnlimitedUsage":false,"hasSoftLimit":false,"currentUsage":4,"entitlementUpdatedAt":"2026-05-01T00:00:00.000Z","usageUpdatedAt":"2026-05-01T00:00:00.000Z","feature":{"featureType":"NUMBER","meterType":"Incremental","displayName":"Seats","refId":"seats"}}]
        """;

    [SkippableFact]
    public async Task They_are_enough_for_reads_misses_and_reports_and_nothing_is_denied()
    {
        await using var redis = await RedisServer.StartAsync();
        var rules = (await File.ReadAllLinesAsync(RepositoryRoot.File("deploy", "redis", "users-sidecar.acl"))).Last(static line => line.StartsWith("user stigg-sidecar ", StringComparison.Ordinal));
        await redis.CliAsync(["ACL", "SETUSER", .. rules.Split(' ')[1..]]);
        await using var edge = await FakeEdgeApi.StartAsync();
        await using var api = await FakeApi.StartAsync();
        edge.Store("acme", null, JsonNode.Parse(Seats)!.AsArray());
        api.Answer = """{"data":{"reportUsage":{"id":"m","featureId":"seats","customerId":"acme","currentUsage":5}}}""";
        await using var sidecar = await RunningSidecar.StartAsync(
            ("SERVER_API_KEY", edge.ApiKey), ("EDGE_API_URL", edge.Url), ("API_URL", api.Url), ("REDIS_ENVIRONMENT_PREFIX", "production"), ("REDIS_HOST", redis.Host),
            ("REDIS_PORT", redis.Port.ToString(CultureInfo.InvariantCulture)), ("REDIS_USERNAME", "stigg-sidecar"), ("REDIS_PASSWORD", "REPLACE-ME"));
        var question = new GetMeteredEntitlementRequest { CustomerId = "acme", FeatureId = "seats" };

        Assert.Equal(4, (await sidecar.Client.GetMeteredEntitlementAsync(question)).Entitlement.CurrentUsage);
        await sidecar.Client.ReportUsageAsync(new ReportUsageRequest { CustomerId = "acme", FeatureId = "seats", Value = 1 });
        Assert.Equal(5, (await sidecar.Client.GetMeteredEntitlementAsync(question)).Entitlement.CurrentUsage);

        Assert.Equal(1, edge.CallsFor("acme"));
        Assert.Empty((await redis.CliAsync("ACL", "LOG")).Trim());
    }
}
