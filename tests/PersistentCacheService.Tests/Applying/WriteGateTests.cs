using EntitlementCache.Redis;
using EntitlementCache.Settings;
using PersistentCacheService.Applying;
using PersistentCacheService.Tests.Redis;
using TestKit;

namespace PersistentCacheService.Tests.Applying;

/// <summary>The gate on a real Redis.</summary>
public sealed class WriteGateTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [SkippableFact]
    public async Task It_opens_when_a_probe_write_goes_through_and_writes_nothing()
    {
        await RunAsync(static async (redis, gate, _) =>
        {
            Assert.True(await gate.WaitUntilOpenAsync(Patience, CancellationToken.None));
            Assert.Equal("0", await redis.CliAsync("DBSIZE"));
        });
    }

    [SkippableFact]
    public async Task It_stays_closed_while_Redis_is_out_of_memory_and_opens_by_itself()
    {
        await RunAsync(static async (redis, gate, logs) =>
        {
            Assert.True(await gate.WaitUntilOpenAsync(Patience, CancellationToken.None));
            await redis.CliAsync("CONFIG", "SET", "maxmemory", "1");
            gate.Report(new RedisFailureException(RedisFailureKind.OutOfMemory, "OOM"));
            Assert.False(await gate.WaitUntilOpenAsync(TimeSpan.FromMilliseconds(500), CancellationToken.None));
            Assert.Equal(RedisFailureKind.OutOfMemory, gate.ClosedBecause);
            await logs.WaitForAsync(static entry => entry.EventId.Id == 1302, "the remedy");

            await redis.CliAsync("CONFIG", "SET", "maxmemory", "0");
            Assert.True(await gate.WaitUntilOpenAsync(Patience, CancellationToken.None));
            await logs.WaitForAsync(static entry => entry.EventId.Id == 1301, "the recovery");
        });
    }

    [SkippableFact]
    public async Task It_closes_at_once_when_the_connection_is_lost_and_opens_when_Redis_is_back()
    {
        await RunAsync(static async (redis, gate, _) =>
        {
            Assert.True(await gate.WaitUntilOpenAsync(Patience, CancellationToken.None));
            await redis.KillAsync();
            await Eventually.HoldsAsync(() => gate.ClosedBecause == RedisFailureKind.ConnectFailed, "the gate is closed and tells why");
            gate.Report(new RedisFailureException(RedisFailureKind.NotConnected, "a command that found no connection"));
            Assert.Equal(RedisFailureKind.ConnectFailed, gate.ClosedBecause);
            await redis.RestartAsync();
            Assert.True(await gate.WaitUntilOpenAsync(Patience, CancellationToken.None));
        });
    }

    [SkippableFact]
    public async Task An_error_of_one_key_does_not_close_it()
    {
        await RunAsync(static async (_, gate, _) =>
        {
            Assert.True(await gate.WaitUntilOpenAsync(Patience, CancellationToken.None));
            gate.Report(new RedisFailureException(RedisFailureKind.WrongType, "WRONGTYPE"));
            Assert.True(gate.IsOpen);
        });
    }

    private static async Task RunAsync(Func<RedisServer, WriteGate, CapturedLogs, Task> test)
    {
        Prerequisite.RedisServer.Demand();
        await using var server = await RedisServer.StartAsync();
        using var logs = new CapturedLogs();
        await using var client = new RedisClient(RedisClients.For(server), TimeProvider.System, static () => 0.5, logs.Logger<RedisClient>());
        var settings = new CacheSettings("production", 60, CacheUpdatePolicy.Upsert, CacheLayout.V3, 1);
        using var gate = new WriteGate(client, settings, TimeProvider.System, static () => 0.5, logs.Logger<WriteGate>());
        client.Start();
        await gate.StartAsync(CancellationToken.None);
        await test(server, gate, logs);
        await gate.StopAsync(CancellationToken.None);
    }
}
