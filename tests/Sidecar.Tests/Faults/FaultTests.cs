using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Caching;
using PersistentCacheService.Messages;
using PersistentCacheService.Redis;
using PersistentCacheService.Settings;
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

    [SkippableFact]
    public async Task The_worker_the_Sidecar_and_an_SDK_write_one_customer_and_the_newest_wins()
    {
        Prerequisite.RedisServer.Demand();
        const int writes = 300;
        var random = new Random(7);
        var order = Enumerable.Range(1, writes).ToArray();
        random.Shuffle(order);
        var began = DateTimeOffset.Parse("2026-06-01T00:00:00Z", CultureInfo.InvariantCulture);
        _api.Respond = body =>
        {
            var value = (int)JsonNode.Parse(body)!["variables"]!["input"]!["value"]!;
            return $$$$"""{"data":{"reportUsage":{"id":"m","featureId":"seats","customerId":"c0","currentUsage":{{{{value}}}},"timestamp":"{{{{began.AddSeconds(value):O}}}}"}}}""";
        };
        await using var redis = new RedisClient(
            new RedisSettings { Host = _redis.Host, Port = _redis.Port }, TimeProvider.System, Random.Shared.NextDouble, NullLogger<RedisClient>.Instance);
        redis.Start();
        await redis.WaitUntilReadyAsync();
        var worker = new EntitlementCache(redis, new CacheSettings("test", 600, CacheUpdatePolicy.UpdateIfExists, CacheLayout.V3, 240), TimeProvider.System, Random.Shared.NextDouble);
        using var reading = new CancellationTokenSource();
        var reads = ReadAsync(reading.Token);

        foreach (var chunk in order.Chunk(20))
        {
            // An SDK holds its lock while it reads and writes.
            await _redis.CliAsync("SET", "test-c0", "sdk", "PX", "20");
            await Task.WhenAll(chunk.Select(value => value % 2 == 0
                ? _sidecar.Client.ReportUsageAsync(new ReportUsageRequest { CustomerId = "c0", FeatureId = "seats", Value = value }).ResponseAsync
                : ApplyAsync(worker, value, began.AddSeconds(value))));
        }

        await reading.CancelAsync();
        Assert.True(await reads > 0);
        Assert.Contains($"\"currentUsage\":{writes}", await _redis.CliAsync("GET", "test:c_c0:f_seats"), StringComparison.Ordinal);
        Assert.Equal(began.AddSeconds(writes).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), (await _redis.CliAsync("GET", "test:c_c0:f_seats#timestamp")).Trim());
        Assert.Equal(writes, (await AskAsync("c0")).Entitlement.CurrentUsage);
    }

    private static async Task ApplyAsync(EntitlementCache worker, int value, DateTimeOffset time)
    {
        var body = $$$$"""{"data":{"usageUpdatedV2":{"customerId":"c0","entitlementReference":{"id":"seats","type":"FEATURE"},"usage":{"currentUsage":{{{{value}}}},"usageUpdatedAt":"{{{{time:O}}}}"} } } }""";
        using var operation = MessageDecoder.Decode(Encoding.UTF8.GetBytes(body), default);
        await worker.ApplyAsync(operation, CancellationToken.None);
    }

    private async Task<int> ReadAsync(CancellationToken cancellationToken)
    {
        var reads = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            Assert.True(await IsKnownAsync("c0"));
            reads++;
        }

        return reads;
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
