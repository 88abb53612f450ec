using System.Text.Json.Nodes;
using Sidecar.Tests.Service;
using Stigg.Sidecar.V1;
using TestKit;
using TestKit.EdgeApi;

namespace Sidecar.Tests.Realtime;

public sealed class RealtimeTests : IAsyncLifetime
{
    private FakeEdgeApi _edge = null!;
    private FakeRealtimeServer _server = null!;
    private RunningSidecar _sidecar = null!;

    public async Task InitializeAsync()
    {
        _edge = await FakeEdgeApi.StartAsync();
        _server = await FakeRealtimeServer.StartAsync();
        _edge.Store("acme", null, JsonNode.Parse($"[{Entitlement(limit: 10, usage: 4, "2026-05-01T00:00:00.000Z")}]")!.AsArray());
    }

    public async Task DisposeAsync()
    {
        await _sidecar.DisposeAsync();
        await _server.DisposeAsync();
        await _edge.DisposeAsync();
    }

    [Fact]
    public async Task The_three_subscriptions_are_made_with_the_key_in_the_first_message()
    {
        await StartAsync();

        var first = _server.Received[0];
        Assert.Equal(("connection_init", _edge.ApiKey), ((string?)first["type"], (string?)first["payload"]!["headers"]!["X-API-KEY"]));
        Assert.Equal(
            ["OnEntitlementsUpdatedV2", "OnUsageUpdatedV2", "OnPackagePublished"],
            _server.Received.Skip(1).Select(static message => (string?)message["payload"]!["operationName"]));
    }

    [Fact]
    public async Task An_update_changes_the_answer_without_another_call()
    {
        await StartAsync();
        Assert.Equal((10.0, 4.0), await SeatsAsync());

        await _server.SendAsync("entitlementsUpdatedV2", Update(Entitlement(limit: 20, usage: 5, "2026-05-02T00:00:00.000Z")));
        await Eventually.HoldsAsync(async () => await SeatsAsync() == (20.0, 5.0), "the new limit holds");
        await _server.SendAsync("usageUpdatedV2", Usage(9, "2026-05-03T00:00:00.000Z"));
        await Eventually.HoldsAsync(async () => await SeatsAsync() == (20.0, 9.0), "the new usage holds");

        Assert.Equal(1, _edge.CallsFor("acme"));
    }

    [Fact]
    public async Task Late_updates_change_nothing()
    {
        await StartAsync();
        Assert.Equal((10.0, 4.0), await SeatsAsync());

        await _server.SendAsync("entitlementsUpdatedV2", Update(Entitlement(limit: 1, usage: 1, "2026-04-01T00:00:00.000Z")));
        await _server.SendAsync("usageUpdatedV2", Usage(1, "2026-04-01T00:00:00.000Z"));
        await _server.SendAsync("usageUpdatedV2", Usage(6, "2026-05-03T00:00:00.000Z"));

        await Eventually.HoldsAsync(async () => await SeatsAsync() == (10.0, 6.0), "the last one arrived");
    }

    [Fact]
    public async Task An_empty_list_without_a_reason_and_a_new_package_for_all_make_it_fetch_again()
    {
        await StartAsync();
        await SeatsAsync();

        await _server.SendAsync("entitlementsUpdatedV2", """{"customerId":"acme","entitlements":[]}""");
        await Eventually.HoldsAsync(async () => await SeatsAsync() != default && _edge.CallsFor("acme") == 2, "the customer was fetched again");
        await _server.SendAsync("packagePublished", """{"packageRefId":"plan","migrationType":"NEW_CUSTOMERS"}""");
        await _server.SendAsync("packagePublished", """{"packageRefId":"plan","migrationType":"ALL_CUSTOMERS"}""");
        await Eventually.HoldsAsync(async () => await SeatsAsync() != default && _edge.CallsFor("acme") == 3, "the customer was fetched again");
    }

    [Fact]
    public async Task A_cut_connection_is_made_again_and_nothing_from_before_is_trusted()
    {
        await StartAsync();
        await SeatsAsync();
        _edge.Answer = EdgeAnswer.ServerError();

        _server.Refusal = (1011, "not yet"); // It would be back within a second.
        _server.Cut();
        await Eventually.HoldsAsync(async () => !await IsLiveAsync(), "the end is noticed");
        Assert.Equal((10.0, 4.0), await SeatsAsync());

        _edge.Answer = EdgeAnswer.Normal;
        _server.Refusal = null;
        await Eventually.HoldsAsync(async () => _server.Connections >= 2 && await IsLiveAsync(), "updates flow again");
        _edge.Store("acme", null, JsonNode.Parse($"[{Entitlement(limit: 30, usage: 4, "2026-05-01T00:00:00.000Z")}]")!.AsArray());
        Assert.Equal((30.0, 4.0), await SeatsAsync());
    }

    [Fact]
    public async Task A_ping_is_answered_and_what_is_no_event_ignored()
    {
        await StartAsync();
        await SeatsAsync();

        await _server.PingAsync();
        await _server.SendAsync("usageUpdatedV2", """{"customerId":7}""");
        await _server.SendAsync("usageUpdatedV2", Usage(8, "2026-05-03T00:00:00.000Z"));

        await Eventually.HoldsAsync(async () => await SeatsAsync() == (10.0, 8.0), "the good event after the bad one arrived");
        await Eventually.HoldsAsync(() => _server.Received.Any(static message => (string?)message["type"] == "pong"), "the ping is answered");
        Assert.Equal(1, _server.Connections);
    }

    [Fact]
    public async Task A_refused_key_is_counted_and_reads_are_answered()
    {
        _server.Refusal = (4403, "Forbidden");
        await StartAsync(isLive: false);

        await Eventually.HoldsAsync(
            async () => (await MetricsAsync()).Contains("\nsidecar_invalid_api_key_errors_total 1", StringComparison.Ordinal), "the refusal is counted");
        Assert.Equal((10.0, 4.0), await SeatsAsync());
    }

    private static string Entitlement(int limit, int usage, string time) => $$$"""
        {"__typename":"FeatureEntitlement","isGranted":true,"usageLimit":{{{limit}}},"hasUnlimitedUsage":false,"hasSoftLimit":false,"currentUsage":{{{usage}}},"entitlementUpdatedAt":"{{{time}}}","usageUpdatedAt":"{{{time}}}","feature":{"featureType":"NUMBER","meterType":"Incremental","featureUnits":"seat","featureUnitsPlural":"seats","displayName":"Seats","refId":"seats"}}
        """;

    private static string Update(string entitlement) => $$$"""{"customerId":"acme","resourceId":null,"accessDeniedReason":null,"entitlements":[{{{entitlement}}}]}""";

    private static string Usage(int usage, string time) =>
        $$$"""{"customerId":"acme","resourceId":null,"entitlementReference":{"id":"seats","type":"FEATURE"},"usage":{"currentUsage":{{{usage}}},"usageUpdatedAt":"{{{time}}}"}}""";

    private async Task StartAsync(bool isLive = true)
    {
        _sidecar = await RunningSidecar.StartAsync(
            ("SERVER_API_KEY", _edge.ApiKey), ("EDGE_API_URL", _edge.Url), ("API_URL", "http://127.0.0.1:9"), ("WS_ENABLED", "1"), ("WS_URL", _server.Url));
        if (isLive)
        {
            await Eventually.HoldsAsync(IsLiveAsync, "updates flow");
        }
    }

    private async Task<bool> IsLiveAsync() => (await MetricsAsync()).Contains("\nsidecar_realtime_connected 1", StringComparison.Ordinal);

    private Task<string> MetricsAsync() => _sidecar.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));

    private async Task<(double Limit, double Usage)> SeatsAsync()
    {
        var answer = await _sidecar.Client.GetMeteredEntitlementAsync(new GetMeteredEntitlementRequest { CustomerId = "acme", FeatureId = "seats" });
        return (answer.Entitlement.UsageLimit, answer.Entitlement.CurrentUsage);
    }
}
