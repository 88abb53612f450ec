using System.Text.Json.Nodes;
using Sidecar.Tests.Service;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Processes;

namespace Sidecar.Tests.Faults;

/// <summary>Whatever fails, no read is an error, and it is a fallback only when neither the cache nor Stigg can be asked.</summary>
public sealed class FaultTests
{
    private const string Seats = """
        [{"__typename":"FeatureEntitlement","isGranted":true,"usageLimit":1000,"hasUnlimitedUsage":false,"hasSoftLimit":false,"currentUsage":4,"entitlementUpdatedAt":"2026-05-01T00:00:00.000Z","usageUpdatedAt":"2026-05-01T00:00:00.000Z","feature":{"featureType":"NUMBER","meterType":"Incremental","displayName":"Seats","refId":"seats"}}]
        """;

    [SkippableFact]
    public async Task Redis_is_killed_the_Edge_API_answers_until_it_is_back()
    {
        await using var world = await StartAsync();
        await world.Redis.KillAsync();
        Assert.True(await world.IsKnownAsync("c0"));

        await world.Redis.RestartAsync();
        await Eventually.HoldsAsync(async () => await world.IsKnownAsync("c1") && (await world.Redis.CliAsync("EXISTS", "test:c_c1")).StartsWith('1'), "misses are stored again");
    }

    [SkippableFact]
    public async Task Redis_is_frozen_the_Edge_API_answers_and_soon_without_waiting()
    {
        await using var world = await StartAsync(("REDIS_COMMAND_TIMEOUT_IN_MS", "300"));
        world.Redis.Send(Signal.Stop);
        try
        {
            Assert.All(await Task.WhenAll(Enumerable.Range(0, 50).Select(i => world.IsKnownAsync($"c{i}"))), Assert.True);
            Assert.DoesNotContain("\nsidecar_redis_client_errors_total 0\n", await world.Sidecar.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
        }
        finally
        {
            world.Redis.Send(Signal.Continue);
        }

        await Eventually.HoldsAsync(async () => await world.IsKnownAsync("c1") && (await world.Redis.CliAsync("EXISTS", "test:c_c1")).StartsWith('1'), "misses are stored again");
    }

    [SkippableFact]
    public async Task Redis_becomes_a_replica_the_Edge_API_answers()
    {
        await using var world = await StartAsync();
        await world.Redis.CliAsync("REPLICAOF", "127.0.0.1", "1");
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(i => world.IsKnownAsync($"c{i}"))), Assert.True);

        await world.Redis.CliAsync("REPLICAOF", "NO", "ONE");
        await Eventually.HoldsAsync(async () => await world.IsKnownAsync("c30") && (await world.Redis.CliAsync("EXISTS", "test:c_c30")).StartsWith('1'), "misses are stored again");
    }

    [SkippableFact]
    public async Task Redis_is_wiped_every_customer_is_fetched_once()
    {
        await using var world = await StartAsync();
        await world.Redis.CliAsync("FLUSHALL");

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => world.IsKnownAsync("c0"))), Assert.True);
        Assert.Equal(2, world.Edge.CallsFor("c0"));
    }

    [SkippableTheory]
    [InlineData("down")]
    [InlineData("hangs")]
    [InlineData("refuses the key")]
    [InlineData("limits the rate")]
    public async Task The_Edge_API_fails_what_is_cached_answers_the_rest_falls_back_and_it_is_left_alone(string how)
    {
        await using var world = await StartAsync(how == "hangs" ? [("EDGE_API_TIMEOUT_IN_MS", "3000")] : []);
        world.Edge.Answer = how switch
        {
            "down" => EdgeAnswer.ServerError(),
            "hangs" => EdgeAnswer.Hang,
            "refuses the key" => EdgeAnswer.Unauthorized,
            _ => EdgeAnswer.RateLimited(30),
        };

        Assert.True(await world.IsKnownAsync("c0"));
        for (var i = 1; i < 50; i++)
        {
            Assert.False(await world.IsKnownAsync($"c{i}"));
        }

        // Two attempts of each miss until the breaker opens: after five failures in a row, at once when the answer says that calling is pointless.
        Assert.InRange(world.Edge.Calls.Count(static call => call.CustomerId is not null && call.CustomerId != "c0"), 1, 6);
        world.Edge.Answer = EdgeAnswer.Normal;
    }

    /// <summary>Unless a test is about one of them, the deadlines are long enough for a slow machine.</summary>
    private static async Task<SidecarWorld> StartAsync(params (string Name, string Value)[] settings)
    {
        var world = await SidecarWorld.StartAsync(settings);
        for (var i = 0; i < 50; i++)
        {
            world.Edge.Store($"c{i}", null, JsonNode.Parse(Seats)!.AsArray());
        }

        Assert.True(await world.IsKnownAsync("c0"));
        return world;
    }
}
