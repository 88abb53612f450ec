using System.Globalization;
using System.Text.Json.Nodes;
using Sidecar.Tests.Service;
using Stigg.Sidecar.V1;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Processes;

namespace Sidecar.Tests.Faults;

/// <summary>Whatever fails, no read is an error, and it is a fallback only when neither the cache nor Stigg can be asked.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private const string Seats = """
        [{"__typename":"FeatureEntitlement","isGranted":true,"usageLimit":1000,"hasUnlimitedUsage":false,"hasSoftLimit":false,"currentUsage":4,"entitlementUpdatedAt":"2026-05-01T00:00:00.000Z","usageUpdatedAt":"2026-05-01T00:00:00.000Z","feature":{"featureType":"NUMBER","meterType":"Incremental","displayName":"Seats","refId":"seats"}}]
        """;

    private FakeEdgeApi _edge = null!;
    private FakeApi _api = null!;
    private RedisServer _redis = null!;
    private RunningSidecar _sidecar = null!;

    public async Task InitializeAsync()
    {
        if (!Prerequisite.RedisServer.IsPresent)
        {
            return;
        }

        _redis = await RedisServer.StartAsync();
        _edge = await FakeEdgeApi.StartAsync();
        _api = await FakeApi.StartAsync();
        for (var i = 0; i < 50; i++)
        {
            _edge.Store($"c{i}", null, JsonNode.Parse(Seats)!.AsArray());
        }

        _sidecar = await RunningSidecar.StartAsync(
            ("SERVER_API_KEY", _edge.ApiKey), ("EDGE_API_URL", _edge.Url), ("API_URL", _api.Url), ("REDIS_ENVIRONMENT_PREFIX", "test"),
            ("REDIS_HOST", _redis.Host), ("REDIS_PORT", _redis.Port.ToString(CultureInfo.InvariantCulture)), ("REDIS_COMMAND_TIMEOUT_IN_MS", "300"),
            ("EDGE_API_TIMEOUT_IN_MS", "1000"));
        Assert.True(await IsKnownAsync("c0"));
    }

    public async Task DisposeAsync()
    {
        if (_redis is not null)
        {
            await _sidecar.DisposeAsync();
            await _api.DisposeAsync();
            await _edge.DisposeAsync();
            await _redis.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task Redis_is_killed_the_Edge_API_answers_until_it_is_back()
    {
        Prerequisite.RedisServer.Demand();
        await _redis.KillAsync();
        Assert.True(await IsKnownAsync("c0"));

        await _redis.RestartAsync();
        await Eventually.HoldsAsync(async () => await IsKnownAsync("c1") && (await _redis.CliAsync("EXISTS", "test:c_c1")).StartsWith('1'), "misses are stored again");
    }

    [SkippableFact]
    public async Task Redis_is_frozen_the_Edge_API_answers_and_soon_without_waiting()
    {
        Prerequisite.RedisServer.Demand();
        _redis.Send(Signal.Stop);
        try
        {
            Assert.All(await Task.WhenAll(Enumerable.Range(0, 50).Select(i => IsKnownAsync($"c{i}"))), Assert.True);
            Assert.DoesNotContain("\nsidecar_redis_client_errors_total 0\n", await _sidecar.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
        }
        finally
        {
            _redis.Send(Signal.Continue);
        }

        await Eventually.HoldsAsync(async () => await IsKnownAsync("c1") && (await _redis.CliAsync("EXISTS", "test:c_c1")).StartsWith('1'), "misses are stored again");
    }

    [SkippableFact]
    public async Task Redis_becomes_a_replica_the_Edge_API_answers()
    {
        Prerequisite.RedisServer.Demand();
        await _redis.CliAsync("REPLICAOF", "127.0.0.1", "1");
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(i => IsKnownAsync($"c{i}"))), Assert.True);

        await _redis.CliAsync("REPLICAOF", "NO", "ONE");
        await Eventually.HoldsAsync(async () => await IsKnownAsync("c30") && (await _redis.CliAsync("EXISTS", "test:c_c30")).StartsWith('1'), "misses are stored again");
    }

    [SkippableFact]
    public async Task Redis_is_wiped_every_customer_is_fetched_once()
    {
        Prerequisite.RedisServer.Demand();
        await _redis.CliAsync("FLUSHALL");

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => IsKnownAsync("c0"))), Assert.True);
        Assert.Equal(2, _edge.CallsFor("c0"));
    }

    [SkippableTheory]
    [InlineData("down")]
    [InlineData("hangs")]
    [InlineData("refuses the key")]
    [InlineData("limits the rate")]
    public async Task The_Edge_API_fails_what_is_cached_answers_the_rest_falls_back_and_it_is_left_alone(string how)
    {
        Prerequisite.RedisServer.Demand();
        _edge.Answer = how switch
        {
            "down" => EdgeAnswer.ServerError(),
            "hangs" => EdgeAnswer.Hang,
            "refuses the key" => EdgeAnswer.Unauthorized,
            _ => EdgeAnswer.RateLimited(30),
        };

        Assert.True(await IsKnownAsync("c0"));
        for (var i = 1; i < 50; i++)
        {
            Assert.False(await IsKnownAsync($"c{i}"));
        }

        // Two attempts of each miss until the breaker opens: after five failures in a row, at once when the answer says that calling is pointless.
        Assert.InRange(_edge.Calls.Count(static call => call.CustomerId is not null && call.CustomerId != "c0"), 1, 6);
        _edge.Answer = EdgeAnswer.Normal;
    }

    /// <summary>Whether a read is answered by what Stigg said.</summary>
    private async Task<bool> IsKnownAsync(string customer)
    {
        var answer = await AskAsync(customer);
        return answer is { HasAccess: true, IsFallback: false };
    }

    private async Task<GetMeteredEntitlementResponse> AskAsync(string customer) =>
        await _sidecar.Client.GetMeteredEntitlementAsync(new GetMeteredEntitlementRequest { CustomerId = customer, FeatureId = "seats" });
}
