using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.IntegrationTests.Readers;
using Sidecar.Tests.Service;
using Stigg.Sidecar.V1;
using TestKit;

namespace Sidecar.Tests.Faults;

/// <summary>
/// The worker's code, a Sidecar and Stigg's own SDK 3.95.0 write one customer at the same time. SDK and Sidecar write what they fetch after a miss, and misses come all
/// the time: keys are deleted as by an eviction. What Stigg answers lags behind no report.
/// </summary>
public sealed class InterleavingTests
{
    private const string Prefix = SidecarWorld.Prefix;
    private const string Customer = "c0";
    private const int Writes = 300;

    private static readonly DateTimeOffset Began = DateTimeOffset.Parse("2026-06-01T00:00:00Z", CultureInfo.InvariantCulture);

    [SkippableFact]
    public async Task The_worker_the_Sidecar_and_an_SDK_write_one_customer_and_the_newest_wins()
    {
        await using var world = await SidecarWorld.StartAsync(("CACHE_LAYOUT", "dual"));
        await using var sdk = await ReaderProcess.StartAsync(ReaderKind.Sdk395, world.Redis.Port);
        await using var redis = new RedisClient(
            new RedisSettings { Host = world.Redis.Host, Port = world.Redis.Port }, TimeProvider.System, Random.Shared.NextDouble, NullLogger<RedisClient>.Instance);
        redis.Start();
        await redis.WaitUntilReadyAsync();
        var worker = new ScriptedCache(redis, new CacheSettings(Prefix, 600, CacheUpdatePolicy.UpdateIfExists, CacheLayout.Dual, 240), TimeProvider.System, Random.Shared.NextDouble);
        world.Api.Respond = static body => Reported((int)JsonNode.Parse(body)!["variables"]!["input"]!["value"]!);
        await StiggKnowsAsync(world, sdk, 0);
        Assert.True(await world.IsKnownAsync(Customer));

        using var reading = new CancellationTokenSource();
        using var sidecarMayRead = new SemaphoreSlim(1);
        var reads = ReadAsync(world, sidecarMayRead, reading.Token);
        var late = Enumerable.Range(1, Writes - 1).ToArray();
        new Random(7).Shuffle(late);
        int[][] rounds = [.. late.Append(Writes).Chunk(15)];
        var (newest, written) = (0, 0);
        foreach (var (round, chunk) in rounds.Index())
        {
            newest = Math.Max(newest, chunk.Max());
            await StiggKnowsAsync(world, sdk, newest);
            var onlyTheSdkMisses = round % 4 == 0; // Else the Sidecar may always be the first to fetch.
            if (onlyTheSdkMisses)
            {
                await sidecarMayRead.WaitAsync();
            }

            if (round < rounds.Length - 1)
            {
                await world.Redis.CliAsync(["DEL", .. Evicted(round)]);
            }
            else
            {
                // What is older than an evicted value is the newest there is: the newest comes when nothing is evicted any more.
                await Eventually.HoldsAsync(async () => (await sdk.ReadAsync(Prefix, Customer)).EdgeCalls == 0, "the SDK has written what it fetched");
            }

            var misses = Enumerable.Range(0, 4).Select(_ => sdk.ReadAsync(Prefix, Customer)).ToArray();
            await Task.WhenAll([.. chunk.Select(value => value % 2 == 0
                ? world.Sidecar.Client.ReportUsageAsync(new ReportUsageRequest { CustomerId = Customer, FeatureId = "seats", Value = value }).ResponseAsync
                : ApplyAsync(worker, value)), .. misses]);
            if (onlyTheSdkMisses)
            {
                sidecarMayRead.Release();
            }

            foreach (var miss in misses)
            {
                var answer = await miss;
                written += answer.EdgeCalls > 0 ? 1 : 0;
                Assert.Equal("seats", Assert.Single(answer.Entitlements).Id);
            }
        }

        await reading.CancelAsync();
        Assert.True(await reads > 0);
        Assert.True(written > 0, "The SDK never missed, so it never wrote.");
        Assert.Equal(Writes, (await world.AskAsync(Customer)).Entitlement.CurrentUsage);
        Assert.Contains($"\"currentUsage\":{Writes}", await world.Redis.CliAsync("GET", $"{Prefix}:c_{Customer}:f_seats"), StringComparison.Ordinal);
        Assert.Equal(Milliseconds(Writes), (await world.Redis.CliAsync("GET", $"{Prefix}:c_{Customer}:f_seats#timestamp")).Trim());
        Assert.Equal(Writes, (await sdk.ReadAsync(Prefix, Customer))["seats"].Usage);
    }

    /// <summary>In turn the entitlements, the usage, and all there is.</summary>
    private static string[] Evicted(int round)
    {
        string[] entitlements = [$"{Prefix}:c_{Customer}", $"{Prefix}:c_{Customer}#timestamp", $"{Prefix}:c_{Customer}:metadata", $"{Prefix}:c_{Customer}:metadata#timestamp"];
        string[] usage = [$"{Prefix}:c_{Customer}:f_seats", $"{Prefix}:c_{Customer}:f_seats#timestamp"];
        return (round % 3) switch { 0 => entitlements, 1 => usage, _ => [.. entitlements, .. usage] };
    }

    private static string Reported(int value) =>
        $$$$"""{"data":{"reportUsage":{"id":"m","featureId":"seats","customerId":"{{{{Customer}}}}","currentUsage":{{{{value}}}},"timestamp":"{{{{At(value)}}}}"}}}""";

    private static string At(int value) => Began.AddSeconds(value).ToString("O", CultureInfo.InvariantCulture);

    private static string Milliseconds(int value) => Began.AddSeconds(value).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static async Task ApplyAsync(ScriptedCache worker, int value)
    {
        var body = $$$$"""{"data":{"usageUpdatedV2":{"customerId":"{{{{Customer}}}}","entitlementReference":{"id":"seats","type":"FEATURE"},"usage":{"currentUsage":{{{{value}}}},"usageUpdatedAt":"{{{{At(value)}}}}"} } } }""";
        using var operation = MessageDecoder.Decode(Encoding.UTF8.GetBytes(body), default);
        await worker.ApplyAsync(operation, CancellationToken.None);
    }

    /// <summary>What a fetch of the Sidecar or the SDK brings from now on.</summary>
    private static async Task StiggKnowsAsync(SidecarWorld world, ReaderProcess sdk, int value)
    {
        var state = JsonNode.Parse($$$$"""
            [{"__typename":"FeatureEntitlement","isGranted":true,"usageLimit":1000,"hasUnlimitedUsage":false,"hasSoftLimit":false,"currentUsage":{{{{value}}}},
            "entitlementUpdatedAt":"{{{{At(0)}}}}","usageUpdatedAt":"{{{{At(value)}}}}","feature":{"featureType":"NUMBER","meterType":"Incremental","displayName":"Seats","refId":"seats"}}]
            """)!.AsArray();
        world.Edge.Store(Customer, null, state.DeepClone().AsArray());
        await sdk.StoreAsync(Prefix, Customer, null, state);
    }

    private static async Task<int> ReadAsync(SidecarWorld world, SemaphoreSlim mayRead, CancellationToken cancellationToken)
    {
        var reads = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            await mayRead.WaitAsync(CancellationToken.None);
            try
            {
                Assert.True(await world.IsKnownAsync(Customer));
            }
            finally
            {
                mayRead.Release(); // Else a failure here would leave the writers waiting.
            }

            reads++;
        }

        return reads;
    }
}
