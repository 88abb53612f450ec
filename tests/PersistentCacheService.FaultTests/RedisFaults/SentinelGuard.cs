using System.Globalization;
using PersistentCacheService.FaultTests.World;
using TestKit;

namespace PersistentCacheService.FaultTests.RedisFaults;

/// <summary>Two replicas of the world's Redis and three sentinels of all of them, which the workers ask.</summary>
internal sealed class SentinelGuard
{
    private readonly List<RedisServer> _servers = [];
    private IReadOnlyList<SentinelServer> _sentinels = [];

    /// <summary>The sentinels.</summary>
    public IReadOnlyList<SentinelServer> Sentinels => _sentinels;

    /// <summary>A world that has them.</summary>
    public WorldOptions Options => new() { Prepare = PrepareAsync };

    /// <summary>Waits until all sentinels that live name another primary, and makes that the world's Redis.</summary>
    public async Task PromotedAsync(FaultWorld world, IEnumerable<SentinelServer>? living = null)
    {
        var before = world.Redis.Port;
        var port = before;
        foreach (var sentinel in living ?? _sentinels)
        {
            await Eventually.HoldsAsync(async () => (port = await sentinel.PrimaryPortAsync()) != before && port > 0, "a replica is promoted");
        }

        world.Redis = _servers.Single(server => server.Port == port);
        await Eventually.HoldsAsync(async () => (await world.CliAsync("ROLE")).StartsWith("master", StringComparison.Ordinal), "it is the primary");
    }

    /// <summary>Waits until a server follows the primary, with all of its data.</summary>
    public static Task FollowsAsync(RedisServer server) => Eventually.HoldsAsync(
        async () => (await server.CliAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal), "the replica follows", TimeSpan.FromMinutes(2));

    private async Task<(string Name, string? Value)[]> PrepareAsync(FaultWorld world)
    {
        _servers.Add(world.Redis);
        var port = world.Redis.Port.ToString(CultureInfo.InvariantCulture);
        for (var number = 0; number < 2; number++)
        {
            var replica = world.Keep(await RedisServer.StartAsync("--replicaof", $"{world.Redis.Host} {port}", "--repl-diskless-sync-delay", "0"));
            _servers.Add(replica);
            await FollowsAsync(replica);
        }

        _sentinels = await SentinelServer.StartAsync(world.Redis, count: 3, replicas: 2);
        foreach (var sentinel in _sentinels)
        {
            world.Keep(sentinel);
        }

        return [("REDIS_SENTINELS", string.Join(',', _sentinels.Select(static sentinel => sentinel.Address))), ("REDIS_SENTINEL_MASTER", SentinelServer.Master)];
    }
}
