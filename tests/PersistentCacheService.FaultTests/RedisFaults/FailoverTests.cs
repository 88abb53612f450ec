using PersistentCacheService.FaultTests.World;
using TestKit;

namespace PersistentCacheService.FaultTests.RedisFaults;

/// <summary>Another server becomes the primary, or none is left.</summary>
public sealed class FailoverTests
{
    [SkippableFact]
    public async Task A_demoted_primary_refuses_writes_until_the_name_leads_to_the_new_one()
    {
        await using var world = await FaultWorld.StartAsync();
        var replica = await StartReplicaAsync(world);
        await Outage.RunAsync(world, new Fault("Redis", "A planned failover; the name is slow to follow", "`FAILOVER`: the old primary answers `READONLY`; later new connections reach the new one")
        {
            Begin = static world => world.CliAsync("FAILOVER"),
            End = async world =>
            {
                await Eventually.HoldsAsync(async () => (await replica.CliAsync("ROLE")).StartsWith("master", StringComparison.Ordinal), "the replica is promoted");
                world.Redis = replica;
                world.RedisProxy.Redirect(replica.Host, replica.Port);
            },
        });
    }

    [SkippableFact]
    public async Task A_replica_is_promoted_at_the_same_name_after_the_primary_died()
    {
        await using var world = await FaultWorld.StartAsync();
        var replica = await StartReplicaAsync(world);
        await Outage.RunAsync(world, new Fault("Redis", "The primary dies and its replica takes the name over", "SIGKILL; later `REPLICAOF NO ONE` on the replica, and new connections reach it")
        {
            Begin = static world => world.Redis.KillAsync(),
            End = async world =>
            {
                await replica.CliAsync("REPLICAOF", "NO", "ONE");
                world.Redis = replica;
                world.RedisProxy.Redirect(replica.Host, replica.Port);
            },
            // Replication is asynchronous: what the replica had not received is gone with the primary.
            RedisLosesData = true,
        });
    }

    [SkippableFact]
    public Task A_replica_without_its_primary_answers_MASTERDOWN() => Outage.RunAsync(
        new Fault("Redis", "The server becomes a replica that has lost its primary", "`REPLICAOF` a closed port with `replica-serve-stale-data no`: `MASTERDOWN`; later `REPLICAOF NO ONE`")
        {
            Begin = static world => world.CliAsync($"REPLICAOF 127.0.0.1 {FreePort.Next()}"),
            End = static world => world.CliAsync("REPLICAOF NO ONE"),
        },
        new WorldOptions { RedisArguments = ["--replica-serve-stale-data", "no"] });

    [SkippableFact]
    public async Task The_name_leads_to_a_server_in_cluster_mode()
    {
        await using var cluster = await RedisServer.StartAsync("--cluster-enabled", "yes");
        await Outage.RunAsync(new Fault("Redis", "The name leads to a server in cluster mode", "connections are reset and new ones reach a `cluster-enabled` server; later the right one")
        {
            Begin = world => GoAsync(world, cluster),
            End = static world => GoAsync(world, world.Redis),
        });
    }

    private static Task GoAsync(FaultWorld world, RedisServer server)
    {
        world.RedisProxy.Redirect(server.Host, server.Port);
        world.RedisProxy.ResetConnections();
        return Task.CompletedTask;
    }

    private static async Task<RedisServer> StartReplicaAsync(FaultWorld world)
    {
        var replica = await RedisServer.StartAsync("--replicaof", world.Redis.Host, FaultWorld.Text(world.Redis.Port), "--repl-diskless-load", "swapdb");
        await Eventually.HoldsAsync(
            async () => (await replica.CliAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal), "the replica follows");
        return world.Keep(replica);
    }
}
