using System.Text.Json.Nodes;
using Sidecar.Tests.Service;
using Stigg.Sidecar.V1;
using TestKit.EdgeApi;

namespace Sidecar.Tests.Origin;

public sealed class GraphQlOriginTests : IAsyncLifetime
{
    private FakeEdgeApi _edge = null!;
    private FakeApi _api = null!;

    public async Task InitializeAsync()
    {
        _edge = await FakeEdgeApi.StartAsync();
        _api = await FakeApi.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _edge.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task With_EDGE_ENABLED_0_reads_ask_the_GraphQL_API()
    {
        _api.Answer = """
            {"data":{"entitlementsState":{"accessDeniedReason":null,"entitlementsV2":[{"__typename":"FeatureEntitlement","isGranted":true,"usageLimit":null,"hasUnlimitedUsage":false,"hasSoftLimit":false,"currentUsage":0,"entitlementUpdatedAt":"2026-05-01T00:00:00.000Z","feature":{"featureType":"BOOLEAN","displayName":"SSO","refId":"sso"}}]}}}
            """;
        await using var sidecar = await StartAsync();

        var answer = await sidecar.Client.GetBooleanEntitlementAsync(new GetBooleanEntitlementRequest { CustomerId = "acme", FeatureId = "sso", ResourceId = "r" });

        Assert.Equal((true, false), (answer.HasAccess, answer.IsFallback));
        var variables = JsonNode.Parse(Assert.Single(_api.Bodies))!["variables"]!;
        Assert.Equal("""{"query":{"customerId":"acme","resourceId":"r"}}""", variables.ToJsonString());
        Assert.Equal(0, _edge.CallsFor("acme"));
    }

    [Theory]
    [InlineData("""{"errors":[{"message":"no","extensions":{"code":"CustomerNotFound"}}]}""", AccessDeniedReason.CustomerNotFound, false)]
    [InlineData("""{"data":{"entitlementsState":{"accessDeniedReason":"CustomerIsArchived","entitlementsV2":[]}}}""", AccessDeniedReason.CustomerIsArchived, false)]
    [InlineData("""{"errors":[{"message":"boom"}]}""", AccessDeniedReason.Unknown, true)]
    [InlineData("<html>", AccessDeniedReason.Unknown, true)]
    public async Task Every_other_answer_is_a_denial_or_the_fallback(string answer, AccessDeniedReason reason, bool isFallback)
    {
        _api.Answer = answer;
        await using var sidecar = await StartAsync();

        var read = await sidecar.Client.GetBooleanEntitlementAsync(new GetBooleanEntitlementRequest { CustomerId = "acme", FeatureId = "sso" });

        Assert.Equal((false, reason, isFallback), (read.HasAccess, read.AccessDeniedReason, read.IsFallback));
    }

    [Fact]
    public async Task Customers_that_the_API_refuses_do_not_keep_reads_of_others_from_it()
    {
        await using var sidecar = await StartAsync();
        _api.Answer = """{"errors":[{"message":"bad id","extensions":{"code":"BAD_USER_INPUT"}}]}""";
        for (var i = 0; i < 10; i++)
        {
            Assert.True((await sidecar.Client.GetBooleanEntitlementAsync(new GetBooleanEntitlementRequest { CustomerId = $"bad{i}", FeatureId = "sso" })).IsFallback);
        }

        _api.Answer = """{"data":{"entitlementsState":{"accessDeniedReason":"CustomerIsArchived","entitlementsV2":[]}}}""";
        Assert.False((await sidecar.Client.GetBooleanEntitlementAsync(new GetBooleanEntitlementRequest { CustomerId = "acme", FeatureId = "sso" })).IsFallback);
    }

    [Fact]
    public async Task No_more_calls_at_once_than_configured()
    {
        await using var sidecar = await StartAsync(("EDGE_API_CONCURRENCY", "2"));
        _api.Answer = """{"data":{"entitlementsState":{"accessDeniedReason":"CustomerIsArchived","entitlementsV2":[]}}}""";
        _api.Delay = TimeSpan.FromMilliseconds(50);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            sidecar.Client.GetBooleanEntitlementAsync(new GetBooleanEntitlementRequest { CustomerId = $"c{i}", FeatureId = "sso" }).ResponseAsync));

        Assert.All(answers, static answer => Assert.False(answer.IsFallback));
        Assert.Equal(2, _api.MostInFlight);
    }

    private Task<RunningSidecar> StartAsync(params (string Name, string Value)[] more) => RunningSidecar.StartAsync(
        [("SERVER_API_KEY", _edge.ApiKey), ("EDGE_API_URL", _edge.Url), ("API_URL", _api.Url), ("EDGE_ENABLED", "0"), .. more]);
}
