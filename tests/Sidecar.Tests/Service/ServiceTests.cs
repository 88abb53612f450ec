using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Stigg.Sidecar.V1;
using TestKit;
using TestKit.EdgeApi;

namespace Sidecar.Tests.Service;

public sealed class ServiceTests : IAsyncLifetime
{
    private const string Seats = """
        [{"__typename":"FeatureEntitlement","isGranted":true,"usageLimit":10,"hasUnlimitedUsage":false,"hasSoftLimit":false,"currentUsage":4,"entitlementUpdatedAt":"2026-05-01T00:00:00.000Z","usageUpdatedAt":"2026-05-01T00:00:00.000Z","feature":{"featureType":"NUMBER","meterType":"Incremental","featureUnits":"seat","featureUnitsPlural":"seats","displayName":"Seats","refId":"seats"}}]
        """;

    private FakeEdgeApi _edge = null!;
    private FakeApi _api = null!;

    public async Task InitializeAsync()
    {
        _edge = await FakeEdgeApi.StartAsync();
        _api = await FakeApi.StartAsync();
        _edge.Store("acme", null, JsonNode.Parse(Seats)!.AsArray());
    }

    public async Task DisposeAsync()
    {
        await _edge.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task A_miss_asks_the_Edge_API_once_however_many_wait()
    {
        await using var sidecar = await StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => MeteredAsync(sidecar, 6)));

        Assert.All(answers, static answer => Assert.Equal((true, false, 4.0, 10.0), (answer.HasAccess, answer.IsFallback, answer.Entitlement.CurrentUsage, answer.Entitlement.UsageLimit)));
        Assert.Equal(1, _edge.CallsFor("acme"));
    }

    [Fact]
    public async Task The_probes_have_the_configured_paths_and_no_others()
    {
        await using var sidecar = await RunningSidecar.StartAsync(("OFFLINE", "1"), ("HEALTH_ENDPOINT_URL", "/health/alive"), ("READY_ENDPOINT_URL", "ready"));

        Assert.Equal("""{"status":"UP"}""", await sidecar.Http.GetStringAsync(new Uri("/health/alive", UriKind.Relative)));
        Assert.Equal("""{"status":"UP"}""", await sidecar.Http.GetStringAsync(new Uri("/ready", UriKind.Relative)));
        Assert.Equal(HttpStatusCode.NotFound, (await sidecar.Http.GetAsync(new Uri("/livez", UriKind.Relative))).StatusCode);
    }

    [SkippableFact]
    public async Task A_miss_fills_Redis_and_the_next_Sidecar_reads_it()
    {
        await using var redis = await RedisServer.StartAsync();
        await using (var first = await StartAsync(redis))
        {
            Assert.True((await MeteredAsync(first, 6)).HasAccess);
        }

        await using var second = await StartAsync(redis);

        Assert.Equal(AccessDeniedReason.RequestedUsageExceedingLimit, (await MeteredAsync(second, 7)).AccessDeniedReason);
        Assert.Equal(1, _edge.CallsFor("acme"));
        Assert.Contains("\"currentUsage\":4", await redis.CliAsync("GET", "test:c_acme:f_seats"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Two_Sidecars_with_one_Redis_ask_the_Edge_API_once()
    {
        await using var redis = await RedisServer.StartAsync();
        _edge.Answer = EdgeAnswer.Normal with { Delay = TimeSpan.FromMilliseconds(300) };
        await using var first = await StartAsync(redis);
        await using var second = await StartAsync(redis);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => MeteredAsync(i % 2 == 0 ? first : second, 1)));

        Assert.All(answers, static answer => Assert.True(answer.HasAccess));
        Assert.Equal(1, _edge.CallsFor("acme"));
    }

    [SkippableFact]
    public async Task Usage_missing_in_Redis_is_fetched_again()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var sidecar = await StartAsync(redis);
        await MeteredAsync(sidecar, 1);
        await redis.CliAsync("DEL", "test:c_acme:f_seats#timestamp");

        Assert.True((await MeteredAsync(sidecar, 1)).HasAccess);
        Assert.Equal(2, _edge.CallsFor("acme"));
    }

    [SkippableFact]
    public async Task Redis_down_reads_ask_the_Edge_API_and_both_down_answer_the_fallback()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var sidecar = await StartAsync(redis);
        await MeteredAsync(sidecar, 1);
        await redis.KillAsync();

        Assert.Equal((true, false), Both(await MeteredAsync(sidecar, 6)));

        _edge.Answer = new EdgeAnswer { Status = 503, Body = "down" };
        Assert.Equal((false, true), Both(await MeteredAsync(sidecar, 6)));
        Assert.DoesNotContain("\nsidecar_redis_client_errors_total 0\n", await sidecar.Http.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_Edge_API_down_the_cache_keeps_answering()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var sidecar = await StartAsync(redis);
        await MeteredAsync(sidecar, 1);
        _edge.Answer = new EdgeAnswer { Status = 503, Body = "down" };

        Assert.Equal((true, false), Both(await MeteredAsync(sidecar, 6)));
    }

    [SkippableFact]
    public async Task A_damaged_value_of_one_customer_disturbs_no_read()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var sidecar = await StartAsync(redis);
        await MeteredAsync(sidecar, 1);
        const string damaged = """{"\ud83d":{"calculatedEntitlement":{"feature":{"id":"seats","featureType":"NUMBER","meterType":"Incremental","units":"\ud83d","\ud83d":1},"usageLimit":10}}}""";
        await redis.CliAsync(
            "MSET", "test:c_broken", damaged, "test:c_broken#timestamp", "1", "test:c_broken:metadata", """{"\ud83d":1}""",
            "test:c_broken:f_seats", """{"\ud83d":1,"currentUsage":4,"usagePeriodEnd":1e300}""", "test:c_broken:f_seats#timestamp", "1");

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => MeteredAsync(sidecar, 1, i % 2 == 0 ? "acme" : "broken")));

        Assert.All(answers, static answer => Assert.Equal((true, false), Both(answer)));
        Assert.Contains("\nsidecar_redis_client_errors_total 0\n", await sidecar.Http.GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.Equal((1, 0), (_edge.CallsFor("acme"), _edge.CallsFor("broken")));
    }

    [Fact]
    public async Task An_unknown_customer_is_denied()
    {
        await using var sidecar = await StartAsync();

        var answer = await sidecar.Client.GetBooleanEntitlementAsync(new GetBooleanEntitlementRequest { CustomerId = "nobody", FeatureId = "f" });

        Assert.Equal((false, AccessDeniedReason.CustomerNotFound, false), (answer.HasAccess, answer.AccessDeniedReason, answer.IsFallback));
    }

    [Fact]
    public async Task Offline_reads_fall_back_and_writes_do_nothing()
    {
        await using var sidecar = await RunningSidecar.StartAsync(("OFFLINE", "1"), ("ENTITLEMENTS_FALLBACK", """{"seats":{"hasAccess":true,"usageLimit":3}}"""));

        Assert.Equal((true, true), Both(await MeteredAsync(sidecar, 1)));
        Assert.Single((await sidecar.Client.GetEntitlementsAsync(new GetEntitlementsRequest { CustomerId = "acme" })).Entitlements);
        Assert.NotEmpty((await sidecar.Client.ReportUsageAsync(new ReportUsageRequest { CustomerId = "acme", FeatureId = "seats", Value = 1 })).MeasurementId);
        Assert.Equal("""{"status":"UP"}""", await sidecar.Http.GetStringAsync("/livez"));
    }

    [Fact]
    public async Task Every_other_call_answers_from_the_same_state()
    {
        await using var sidecar = await StartAsync();
        var client = sidecar.Client;

        var list = await client.GetEntitlementsAsync(new GetEntitlementsRequest { CustomerId = "acme" });
        var state = await client.GetEntitlementsStateV2Async(new GetEntitlementsStateV2Request { CustomerId = "acme" });
        var generic = await client.GetEntitlementAsync(new GetEntitlementRequest { CustomerId = "acme", FeatureId = "seats" });
        var second = await client.GetEntitlementV2Async(new GetEntitlementV2Request { CustomerId = "acme", FeatureId = "seats" });
        var numeric = await client.GetNumericEntitlementAsync(new GetNumericEntitlementRequest { CustomerId = "acme", FeatureId = "seats" });
        var values = await client.GetEnumEntitlementAsync(new GetEnumEntitlementRequest { CustomerId = "acme", FeatureId = "none" });
        var reload = await client.ReloadEntitlementsAsync(new ReloadEntitlementsRequest { CustomerId = "acme" });

        Assert.Equal(4, Assert.Single(list.Entitlements).Metered.CurrentUsage);
        Assert.Equal(4, Assert.Single(state.Entitlements).Metered.CurrentUsage);
        Assert.True(generic.HasAccess && generic.Metered.UsageLimit == 10);
        Assert.True(second.Entitlement.HasAccess && second.Entitlement.Metered.UsageLimit == 10);
        Assert.Equal(AccessDeniedReason.FeatureTypeMismatch, numeric.AccessDeniedReason);
        Assert.Equal(AccessDeniedReason.NoFeatureEntitlementInSubscription, values.AccessDeniedReason);
        Assert.True(reload.EntitledEntityExists);
    }

    private static (bool HasAccess, bool IsFallback) Both(GetMeteredEntitlementResponse response) => (response.HasAccess, response.IsFallback);

    private static async Task<GetMeteredEntitlementResponse> MeteredAsync(RunningSidecar sidecar, double requested, string customer = "acme") => await sidecar.Client.GetMeteredEntitlementAsync(
        new GetMeteredEntitlementRequest { CustomerId = customer, FeatureId = "seats", Options = new MeteredEntitlementOptions { RequestedUsage = requested } });

    private Task<RunningSidecar> StartAsync(RedisServer? redis = null)
    {
        (string, string)[] variables = [("SERVER_API_KEY", _edge.ApiKey), ("EDGE_API_URL", _edge.Url), ("API_URL", _api.Url)];
        return RunningSidecar.StartAsync(redis is null
            ? variables
            : [.. variables, ("REDIS_ENVIRONMENT_PREFIX", "test"), ("REDIS_HOST", redis.Host), ("REDIS_PORT", redis.Port.ToString(CultureInfo.InvariantCulture))]);
    }
}
