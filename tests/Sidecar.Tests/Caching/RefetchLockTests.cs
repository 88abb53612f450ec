using System.Globalization;
using System.Text.Json.Nodes;
using Sidecar.Tests.Service;
using Stigg.Sidecar.V1;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Processes;

namespace Sidecar.Tests.Caching;

/// <summary>The SDK's way of fetching a customer once for all processes (SIDECAR 5): its lock, and its channel.</summary>
public sealed class RefetchLockTests
{
    private const string Lock = "test:refetchEntityEntitlementsAfterCacheMiss-acme";

    [SkippableFact]
    public async Task A_miss_waits_for_the_SDK_that_has_the_lock_and_is_answered_by_what_that_wrote()
    {
        await using var world = await StartAsync();
        await world.Redis.CliAsync("SET", Lock, "sdk");
        await world.Redis.CliAsync("CONFIG", "RESETSTAT");

        var read = world.AskAsync("acme");
        await Eventually.HoldsAsync(async () => (await world.Redis.CliAsync("INFO", "commandstats")).Contains("cmdstat_exists", StringComparison.Ordinal), "the Sidecar watches the lock");
        await world.Redis.CliAsync(
            "MSET", "test:c_acme", """{"seats":{"calculatedEntitlement":{"feature":{"id":"seats","featureType":"NUMBER","meterType":"Incremental"},"usageLimit":10}}}""",
            "test:c_acme#timestamp", "1", "test:c_acme:metadata", "{}", "test:c_acme:f_seats", """{"currentUsage":7}""", "test:c_acme:f_seats#timestamp", "1");
        Assert.False(read.IsCompleted);
        await world.Redis.CliAsync("DEL", Lock);

        Assert.Equal((true, false, 7), ((await read).HasAccess, (await read).IsFallback, (await read).Entitlement.CurrentUsage));
        Assert.Equal(0, world.Edge.CallsFor("acme"));
    }

    [SkippableFact]
    public async Task A_lock_that_stays_is_not_waited_for_longer_than_the_SDK_does()
    {
        await using var world = await StartAsync(("EDGE_API_TIMEOUT_IN_MS", "1500"));
        await world.Redis.CliAsync("SET", Lock, "sdk");
        await world.Redis.CliAsync("CONFIG", "RESETSTAT");

        Assert.True(await world.IsKnownAsync("acme"));

        Assert.Equal("sdk", await world.Redis.CliAsync("GET", Lock));
        Assert.Equal(1, world.Edge.CallsFor("acme"));

        // In the 2 s until then: a thousand waiting customers must not keep Redis busy.
        var watch = (await world.Redis.CliAsync("INFO", "commandstats")).Split('\n').Single(static line => line.StartsWith("cmdstat_exists:", StringComparison.Ordinal));
        Assert.InRange(int.Parse(watch.Split('=', ',')[1], CultureInfo.InvariantCulture), 1, 16);
    }

    [SkippableTheory]
    [InlineData(null, false, "{}")]
    [InlineData("r1", false, "{}")]
    [InlineData(null, true, """{"error":"the Edge API did not answer"}""")]
    public async Task SDKs_that_wait_are_told_on_the_channel_how_the_fetch_ended_and_the_lock_is_gone(string? resource, bool isDown, string message)
    {
        await using var world = await StartAsync();
        world.Edge.Answer = isDown ? EdgeAnswer.ServerError() : EdgeAnswer.Normal;
        var name = resource is null ? "acme" : $"acme:{resource}";
        var channel = $"test:refetchEntityEntitlementsAfterCacheMiss:{name}";
        await using var sdk = await ChildProcess.StartAsync(new ChildProcessSpec("redis-cli", "-p", world.Redis.Port.ToString(CultureInfo.InvariantCulture), "SUBSCRIBE", channel));
        await sdk.WaitForLineAsync(static line => line == "1", "that it is subscribed");

        var request = new GetMeteredEntitlementRequest { CustomerId = "acme", FeatureId = "seats" };
        if (resource is not null)
        {
            request.ResourceId = resource;
        }

        Assert.Equal(isDown, (await world.Sidecar.Client.GetMeteredEntitlementAsync(request)).IsFallback);

        await sdk.WaitForLineAsync(line => line == message, message);
        Assert.Equal("0", await world.Redis.CliAsync("EXISTS", $"test:refetchEntityEntitlementsAfterCacheMiss-{name}"));
    }

    private static async Task<SidecarWorld> StartAsync(params (string Name, string Value)[] settings)
    {
        var world = await SidecarWorld.StartAsync(settings);
        world.Edge.Store("acme", null, JsonNode.Parse(RedisConnectionTests.Seats)!.AsArray());
        world.Edge.Store("acme", "r1", JsonNode.Parse(RedisConnectionTests.Seats)!.AsArray());
        return world;
    }
}
