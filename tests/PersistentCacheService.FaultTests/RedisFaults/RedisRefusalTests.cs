using PersistentCacheService.FaultTests.World;
using PersistentCacheService.IntegrationTests;
using TestKit.Processes;

namespace PersistentCacheService.FaultTests.RedisFaults;

/// <summary>The connection is good and the server does not take writes, or takes its time.</summary>
[Collection(LongTestsFirst.Prefix + "refusals of Redis")]
public sealed class RedisRefusalTests
{
    [SkippableFact]
    public Task Redis_is_out_of_memory() => Outage.RunAsync(new Fault("Redis", "Redis is out of memory", "`CONFIG SET maxmemory 1` with `noeviction`: `OOM`")
    {
        Begin = static world => world.CliAsync("CONFIG SET maxmemory 1"),
        End = static world => world.CliAsync("CONFIG SET maxmemory 0"),
        Metric = """persistent_cache_redis_errors_total{kind="out_of_memory"}""",
    });

    [SkippableFact]
    public Task Too_few_replicas_for_a_write() => Outage.RunAsync(new Fault("Redis", "Too few replicas for a write", "`CONFIG SET min-replicas-to-write 1`: `NOREPLICAS`")
    {
        Begin = static world => world.CliAsync("CONFIG SET min-replicas-to-write 1"),
        End = static world => world.CliAsync("CONFIG SET min-replicas-to-write 0"),
        Metric = """persistent_cache_redis_errors_total{kind="no_replicas"}""",
    });

    [SkippableFact]
    public Task Redis_cannot_save_its_data() => Outage.RunAsync(new Fault("Redis", "Redis cannot save its data", "a directory in the place of the dump, `BGSAVE`: `MISCONF`")
    {
        Begin = static async world =>
        {
            Directory.CreateDirectory(Dump(world));
            await world.CliAsync("CONFIG SET save 3600");
            await world.Redis.CliAsync("CONFIG", "SET", "save", "3600 1");
            await world.CliAsync("BGSAVE");
        },
        End = static async world =>
        {
            Directory.Delete(Dump(world));
            await world.CliAsync("BGSAVE");
        },
        Metric = """persistent_cache_redis_errors_total{kind="persistence_failed"}""",
    });

    [SkippableFact]
    public async Task Somebodys_script_blocks_Redis()
    {
        ChildProcess? script = null;
        await using var world = await FaultWorld.StartAsync(new WorldOptions { RedisArguments = ["--lua-time-limit", "200"] });
        await Outage.RunAsync(world, new Fault("Redis", "A script without end blocks Redis", "`EVAL \"while true do end\" 0`: `BUSY`; later `SCRIPT KILL`")
        {
            Begin = async world => script = world.Keep(await ChildProcess.StartAsync(
                new ChildProcessSpec("redis-cli", "-p", FaultWorld.Text(world.Redis.Port), "EVAL", "while true do end", "0"))),
            End = static world => world.CliAsync("SCRIPT KILL"),
        });
        Assert.Contains(script!.Output, static line => line.Contains("killed", StringComparison.OrdinalIgnoreCase));
    }

    [SkippableFact]
    public Task Writes_are_paused() => Outage.RunAsync(new Fault("Redis", "Writes are paused, as a failover does", "`CLIENT PAUSE 60000 WRITE`, later `CLIENT UNPAUSE`")
    {
        Begin = static world => world.CliAsync("CLIENT PAUSE 60000 WRITE"),
        End = static world => world.CliAsync("CLIENT UNPAUSE"),
    });

    [SkippableFact]
    public Task Scripts_are_flushed_all_the_time() => Outage.RunAsync(new Fault("Redis", "The script cache is flushed all the time", "`SCRIPT FLUSH` every 50 ms: `NOSCRIPT`")
    {
        Begin = static world => world.RepeatAsync(TimeSpan.FromMilliseconds(50), FaultLength.Outage, () => world.Admin.ExecuteAsync("SCRIPT", "FLUSH")),
        Lasts = TimeSpan.Zero,
        Readyz = Expectation.Up,
    });

    private static string Dump(FaultWorld world) => Path.Combine(world.Redis.DataDirectory, "dump.rdb");
}
