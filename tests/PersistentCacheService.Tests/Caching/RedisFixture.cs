using EntitlementCache.Caching;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit;
using TestKit.Invariants;

namespace PersistentCacheService.Tests.Caching;

/// <summary>A redis-server of the test class's own, the product's client to it, and a second client of other code that looks at the result.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    internal static readonly CacheSettings Upsert =
        new("production", KeysTtlInSeconds: 600, CacheUpdatePolicy.Upsert, CacheLayout.V3, LockRetryCount: 240);

    private RedisServer? _server;
    private RedisClient? _client;
    private RedisReader? _reader;

    internal RedisClient Client => _client ?? throw Missing();

    internal int Port => _server?.Port ?? throw Missing();

    internal RedisReader Reader => _reader ?? throw Missing();

    public async Task InitializeAsync()
    {
        if (Prerequisite.RedisServer.IsPresent)
        {
            await StartServerAsync(RedisEngine.Usual);
        }
    }

    public async Task DisposeAsync()
    {
        _reader?.Dispose();
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>One of another engine; the caller disposes it.</summary>
    internal static async Task<RedisFixture> StartAsync(RedisEngine engine)
    {
        var fixture = new RedisFixture();
        await fixture.StartServerAsync(engine);
        return fixture;
    }

    /// <summary>An empty database, or a skipped test where there is no redis-server.</summary>
    internal async Task StartEmptyAsync()
    {
        Prerequisite.RedisServer.Demand();
        await Reader.ExecuteAsync("FLUSHALL");
    }

    /// <summary>A further connection of the product's client.</summary>
    internal async Task<RedisClient> ConnectAsync()
    {
        var client = new RedisClient(
            new RedisSettings { Host = _server!.Host, Port = _server.Port }, TimeProvider.System, static () => 0.5, NullLogger<RedisClient>.Instance);
        client.Start();
        await client.WaitUntilReadyAsync();
        return client;
    }

    internal ScriptedCache Cache(CacheSettings? settings = null, TimeProvider? timeProvider = null, RedisClient? client = null) =>
        new(client ?? Client, settings ?? Upsert, timeProvider ?? TimeProvider.System, static () => 0.5);

    private async Task StartServerAsync(RedisEngine engine)
    {
        _server = await RedisServer.StartAsync(engine);
        _client = await ConnectAsync();
        _reader = await RedisReader.ConnectAsync(_server.Host, _server.Port);
    }

    private static InvalidOperationException Missing() => new("redis-server is missing: call StartEmptyAsync first.");
}
