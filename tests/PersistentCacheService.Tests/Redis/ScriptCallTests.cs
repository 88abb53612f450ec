using EntitlementCache.Redis;
using TestKit;

namespace PersistentCacheService.Tests.Redis;

public sealed class ScriptCallTests : IAsyncLifetime
{
    private static readonly RedisScript Increment = new("increment", "return redis.call('INCRBY', KEYS[1], ARGV[1])");
    private static readonly RedisScript Append = new("append", "return redis.call('APPEND', KEYS[1], ARGV[#ARGV])");
    private RedisServer _server = null!;

    public async Task InitializeAsync() => _server = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [SkippableFact]
    public async Task A_script_the_server_has_never_seen_runs_and_runs_again_by_its_sha()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        for (var expected = 5; expected <= 15; expected += 5)
        {
            Assert.Equal(expected, await IncrementAsync(client, 5));
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
                await IncrementAsync(client, 1);
                if (caller == 0 && i % 50 == 0)
                {
                    await _server.CliAsync("SCRIPT", "FLUSH");
                }
            }
        }));
        Assert.Equal(Callers * Rounds, await IncrementAsync(client, 0));
    }

    [SkippableFact]
    public async Task A_call_may_be_sent_again_and_disposed_while_it_is_under_way()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        var call = new ScriptCall(Append).AddKey("log").Add(new byte[5000]).Add("entry;"u8);
        using (await client.EvaluateAsync(call))
        {
        }

        // The timed-out call still lies in the socket when its memory is used for something else.
        await _server.CliAsync("CLIENT", "PAUSE", "300");
        var paused = client.EvaluateAsync(call);
        call.Dispose();
        using var other = new ScriptCall(Append).AddKey("other"u8).Add(new byte[5000]).Add("XXXXXX"u8);
        using (await paused)
        {
        }

        Assert.Equal("entry;entry;", await client.GetAsync("log"));
    }

    [Fact]
    public void Keys_come_before_arguments_and_a_sent_call_is_not_changed()
    {
        using var call = new ScriptCall(Append).AddKey("k").Add(1);
        Assert.Throws<InvalidOperationException>(() => call.AddKey("late"));
        Assert.Equal(4, call.BySha().Length);
        Assert.Throws<InvalidOperationException>(() => call.Add(2));
        call.Dispose();
        call.Dispose();
    }

    [SkippableFact]
    public async Task A_server_that_is_killed_and_restarted_is_used_again_and_commands_in_between_fail_as_not_connected()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        await _server.KillAsync();
        await Eventually.HoldsAsync(() => client.State != RedisConnectionState.Ready, "the client notices that the server is gone");
        var failure = await client.FailAsync("MGET", "a");
        Assert.Equal(RedisFailureKind.NotConnected, failure.Kind);
        await _server.RestartAsync();
        await client.ReadyAsync();
        Assert.Equal("PONG", (string?)await client.RunAsync("PING"));
    }

    private static async Task<long> IncrementAsync(RedisClient client, long by)
    {
        using var call = new ScriptCall(Increment).AddKey("n").Add(by);
        using var reply = await client.EvaluateAsync(call);
        return reply.ReadScalar().ReadInt64();
    }

    private async Task<string> StatOfAsync(string command)
    {
        var stats = await _server.CliAsync("INFO", "commandstats");
        return stats.Split('\n').Single(line => line.StartsWith($"cmdstat_{command}:", StringComparison.Ordinal));
    }
}
