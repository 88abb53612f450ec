using System.Buffers;
using TestKit;

namespace PersistentCacheService.Redis.Tests;

public sealed class RedisClientTests : IAsyncLifetime
{
    private static readonly RedisScript Increment = new("increment", "return redis.call('INCRBY', KEYS[1], ARGV[1])");
    private RedisServer _server = null!;

    public async Task InitializeAsync() => _server = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [SkippableFact]
    public async Task Values_written_with_set_are_read_with_get_mget_exists_ttl_and_del()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        Assert.Equal("OK", (await client.RunAsync("SET", "a", "1", "EX", "100")).AsText());
        Assert.Equal("OK", (await client.RunAsync("SET", "ключ", "значение")).AsText());
        Assert.Equal("1", (await client.RunAsync("GET", "a")).AsText());
        var many = await client.RunAsync("MGET", "a", "missing", "ключ");
        Assert.Equal("1", many.Items[0].AsText());
        Assert.True(many.Items[1].IsNull);
        Assert.Equal("значение", many.Items[2].AsText());
        Assert.InRange((await client.RunAsync("TTL", "a")).Integer, 90, 100);
        Assert.Equal(2, (await client.RunAsync("EXISTS", "a", "ключ", "missing")).Integer);
        Assert.Equal(1, (await client.RunAsync("DEL", "a")).Integer);
        Assert.Equal("PONG", (await client.RunAsync("PING")).AsText());
        Assert.Contains("redis_version", (await client.RunAsync("INFO", "server")).AsText(), StringComparison.Ordinal);
        var scan = await client.RunAsync("SCAN", "0", "COUNT", "1000");
        Assert.Equal("ключ", Assert.Single(scan.Items[1].Items.ToArray()).AsText());
    }

    [SkippableFact]
    public async Task A_script_the_server_has_never_seen_runs_and_runs_again_by_its_sha()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        for (var expected = 5; expected <= 15; expected += 5)
        {
            using var command = RedisCommand.ForScript(Increment).AddKey("n").Add(5);
            Assert.Equal(expected, (await client.ExecuteAsync(command)).Integer);
        }

        Assert.Contains("calls=1", await StatOfAsync("eval"), StringComparison.Ordinal);
        Assert.Contains("calls=3", await StatOfAsync("evalsha"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_flushed_script_cache_under_load_loses_no_call_and_doubles_none()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        const int Callers = 8;
        const int Rounds = 300;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            for (var i = 0; i < Rounds; i++)
            {
                using var command = RedisCommand.ForScript(Increment).AddKey("n").Add(1);
                await client.ExecuteAsync(command);
                if (caller == 0 && i % 50 == 0)
                {
                    await client.RunAsync("SCRIPT", "FLUSH");
                }
            }
        }));
        Assert.Equal(Callers * Rounds, long.Parse((await client.RunAsync("GET", "n")).AsText(), System.Globalization.CultureInfo.InvariantCulture));
    }

    [SkippableFact]
    public async Task A_command_can_be_executed_again_and_its_value_may_be_streamed_in()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        using var command = RedisCommand.Create("APPEND"u8).Add("log");
        var writer = command.BeginValue();
        writer.Write("entry;"u8);
        command.EndValue();
        Assert.Equal(6, (await client.ExecuteAsync(command)).Integer);
        Assert.Equal(12, (await client.ExecuteAsync(command)).Integer);
    }

    [SkippableFact]
    public async Task A_server_that_is_killed_and_restarted_is_used_again_and_commands_in_between_fail_as_not_connected()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        await _server.KillAsync();
        await Eventually.HoldsAsync(() => client.State != RedisConnectionState.Ready, "the client notices that the server is gone");
        var failure = await client.FailAsync("GET", "a");
        Assert.Equal(RedisErrorKind.NotConnected, failure.Kind);
        Assert.False(failure.MaybeExecuted);
        await _server.RestartAsync();
        await client.ReadyAsync();
        Assert.Equal("PONG", (await client.RunAsync("PING")).AsText());
    }

    private async Task<string> StatOfAsync(string command)
    {
        var stats = await _server.CliAsync("INFO", "commandstats");
        return stats.Split('\n').Single(line => line.StartsWith($"cmdstat_{command}:", StringComparison.Ordinal));
    }
}
