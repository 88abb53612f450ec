using Grpc.Core;
using Sidecar.Tests.Realtime;
using Sidecar.Tests.Service;
using Stigg.Sidecar.V1;
using TestKit;
using TestKit.EdgeApi;

namespace Sidecar.Tests.Processes;

/// <summary>Stigg's own texts may name the key that they refuse; neither the log nor a caller gets to see it.</summary>
public sealed class SecretsTests : IAsyncLifetime
{
    private FakeEdgeApi _edge = null!;
    private FakeApi _api = null!;
    private FakeRealtimeServer _server = null!;

    public async Task InitializeAsync()
    {
        _edge = await FakeEdgeApi.StartAsync();
        _api = await FakeApi.StartAsync();
        _server = await FakeRealtimeServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
        await _edge.DisposeAsync();
    }

    [Fact]
    public async Task The_reason_of_a_refused_write_is_told_without_the_key()
    {
        _api.Answer = $$$"""{"errors":[{"message":"no environment has {{{_edge.ApiKey}}}","extensions":{"code":"BAD_USER_INPUT"}}]}""";
        await using var sidecar = await StartAsync("0");

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await sidecar.Client.ReportUsageAsync(new ReportUsageRequest { CustomerId = "acme", FeatureId = "seats", Value = 1 }));

        Assert.Equal("no environment has [redacted]", failure.Status.Detail);
        await LoggedAsync(sidecar, "no environment has [redacted]");
    }

    [Fact]
    public async Task A_long_reason_is_cut_so_that_clients_can_take_it()
    {
        _api.Answer = $$$"""{"errors":[{"message":"{{{new string('x', 100_000)}}}"}]}""";
        await using var sidecar = await StartAsync("0");

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await sidecar.Client.ReportUsageAsync(new ReportUsageRequest { CustomerId = "acme", FeatureId = "seats", Value = 1 }));

        Assert.Equal(new string('x', 1000), failure.Status.Detail);
    }

    [Fact]
    public async Task The_end_of_real_time_updates_is_told_without_the_key()
    {
        _server.Refusal = (1011, $"no environment has {_edge.ApiKey}");
        await using var sidecar = await StartAsync("1");

        await LoggedAsync(sidecar, "1011 no environment has [redacted]");
    }

    [Fact]
    public async Task An_update_that_is_an_error_is_told_without_the_key()
    {
        await using var sidecar = await StartAsync("1");
        await Eventually.HoldsAsync(
            async () => (await sidecar.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Contains("\nsidecar_realtime_connected 1", StringComparison.Ordinal), "updates flow");

        await _server.SendErrorAsync($"no environment has {_edge.ApiKey}");

        await LoggedAsync(sidecar, "it carries errors: no environment has [redacted]");
    }

    private async Task LoggedAsync(SidecarProcess sidecar, string text)
    {
        await Eventually.HoldsAsync(() => sidecar.Log.Any(line => ((string)line["msg"]!).Contains(text, StringComparison.Ordinal)), "it is logged");
        Assert.DoesNotContain(_edge.ApiKey, sidecar.Printed, StringComparison.Ordinal);
    }

    private Task<SidecarProcess> StartAsync(string isRealtime) => SidecarProcess.StartAsync(
        ("SERVER_API_KEY", _edge.ApiKey), ("EDGE_API_URL", _edge.Url), ("API_URL", _api.Url), ("WS_ENABLED", isRealtime), ("WS_URL", _server.Url));
}
