using System.Globalization;
using TestKit;
using TestKit.Faults;
using TestKit.Processes;

namespace PersistentCacheService.Redis.Tests.Connection;

public sealed class RealFaultTests : IAsyncLifetime
{
    private static readonly RedisScript Write = new("write", "redis.call('SET', KEYS[1], ARGV[1]) return 1");
    private RedisServer _server = null!;

    public async Task InitializeAsync() => _server = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [SkippableFact]
    public async Task A_demoted_primary_is_left_at_the_first_readonly_and_used_again_when_promoted()
    {
        await using var other = await RedisServer.StartAsync();
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        await _server.CliAsync("REPLICAOF", "127.0.0.1", other.Port.ToString(CultureInfo.InvariantCulture));
        using var command = RedisCommand.ForScript(Write).AddKey("k").Add("v");
        var failure = await Assert.ThrowsAsync<RedisException>(async () => await client.ExecuteAsync(command));
        Assert.Equal(RedisErrorKind.ReadOnly, failure.Kind);
        Assert.False(failure.MaybeExecuted);
        await client.FailsWithAsync(RedisErrorKind.NotPrimary);
        await _server.CliAsync("REPLICAOF", "NO", "ONE");
        await client.ReadyAsync();
        Assert.Equal(1, (await client.ExecuteAsync(command)).Integer);
    }

    [SkippableFact]
    public async Task After_a_failover_behind_the_same_name_the_new_primary_is_found()
    {
        await using var promoted = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.Start(_server.Host, _server.Port);
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(proxy));
        await _server.CliAsync("REPLICAOF", "127.0.0.1", promoted.Port.ToString(CultureInfo.InvariantCulture));
        proxy.Redirect(promoted.Host, promoted.Port);
        Assert.Equal(RedisErrorKind.ReadOnly, (await client.FailAsync("SET", "k", "v")).Kind);
        await client.LeavesReadyAsync();
        await client.ReadyAsync();
        await client.RunAsync("SET", "k", "v");
        Assert.Equal("v", await promoted.CliAsync("GET", "k"));
    }

    [SkippableFact]
    public async Task A_blackholed_connection_is_noticed_by_its_silence_and_replaced()
    {
        await using var proxy = FaultProxy.Start(_server.Host, _server.Port);
        var options = RedisClients.For(proxy) with { CommandTimeout = TimeSpan.FromMilliseconds(300), ConnectTimeout = TimeSpan.FromMilliseconds(500) };
        await using var client = await RedisClients.ConnectAsync(options);
        proxy.Apply(FaultPlan.Blackhole);
        Assert.Equal(RedisErrorKind.Timeout, (await client.FailAsync("SET", "k", "v")).Kind);
        await client.FailsWithAsync(RedisErrorKind.ServerSilent);
        await client.FailsWithAsync(RedisErrorKind.ConnectTimeout);
        proxy.Heal();
        await client.ReadyAsync();
    }

    [SkippableFact]
    public async Task An_idle_blackholed_connection_is_noticed_without_any_command()
    {
        await using var proxy = FaultProxy.Start(_server.Host, _server.Port);
        var options = RedisClients.For(proxy) with { CommandTimeout = TimeSpan.FromMilliseconds(300), IdlePingInterval = TimeSpan.FromMilliseconds(200) };
        await using var client = await RedisClients.ConnectAsync(options);
        proxy.Apply(FaultPlan.Blackhole);
        await client.FailsWithAsync(RedisErrorKind.ServerSilent);
        proxy.Heal();
        await client.ReadyAsync();
    }

    [SkippableFact]
    public async Task A_stopped_server_process_is_left_and_used_again_when_it_goes_on()
    {
        await using var client = await RedisClients.ConnectAsync(
            RedisClients.For(_server) with { CommandTimeout = TimeSpan.FromMilliseconds(300), ConnectTimeout = TimeSpan.FromMilliseconds(500) });
        _server.Send(Signal.Stop);
        Assert.Equal(RedisErrorKind.Timeout, (await client.FailAsync("GET", "k")).Kind);
        await client.FailsWithAsync(RedisErrorKind.ConnectTimeout);
        _server.Send(Signal.Continue);
        await client.ReadyAsync();
    }

    [SkippableFact]
    public async Task Refused_connections_are_tried_again_until_they_are_accepted()
    {
        await using var proxy = FaultProxy.Start(_server.Host, _server.Port);
        proxy.Apply(FaultPlan.Refuse);
        await using var client = RedisClients.Start(RedisClients.For(proxy));
        await client.FailsWithAsync(RedisErrorKind.ConnectFailed);
        proxy.Heal();
        await client.ReadyAsync();
    }

    [SkippableFact]
    public async Task Connections_that_are_accepted_and_reset_are_tried_again_until_one_holds()
    {
        await using var proxy = FaultProxy.Start(_server.Host, _server.Port);
        proxy.Apply(FaultPlan.Reset);
        await using var client = RedisClients.Start(RedisClients.For(proxy));
        await Eventually.HoldsAsync(() => proxy.Accepted >= 4, "four attempts were made");
        Assert.Contains(client.Status.LastErrorKind!.Value, new[] { RedisErrorKind.ConnectionLost, RedisErrorKind.ConnectFailed });
        proxy.Heal();
        await client.ReadyAsync();
    }

    [SkippableFact]
    public async Task A_name_without_address_is_reported_as_such()
    {
        await using var client = RedisClients.Start(new RedisOptions { Host = "no-such-host.invalid" });
        await client.FailsWithAsync(RedisErrorKind.NameNotResolved);
    }

    [SkippableFact]
    public async Task All_addresses_of_a_name_are_tried()
    {
        // localhost is ::1 and 127.0.0.1 where IPv6 is on; the server listens on the second only.
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server) with { Host = "localhost" });
        Assert.Equal("PONG", (await client.RunAsync("PING")).AsText());
    }

    [SkippableFact]
    public async Task A_killed_client_connection_comes_back()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        await _server.CliAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        await client.FailsWithAsync(RedisErrorKind.ConnectionLost);
        await client.ReadyAsync();
        Assert.Equal("PONG", (await client.RunAsync("PING")).AsText());
    }

    [SkippableFact]
    public async Task A_server_out_of_memory_refuses_writes_keeps_the_connection_and_recovers()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        await _server.CliAsync("CONFIG", "SET", "maxmemory", "1");
        using var command = RedisCommand.ForScript(Write).AddKey("k").Add("v");
        Assert.Equal(RedisErrorKind.OutOfMemory, (await Assert.ThrowsAsync<RedisException>(async () => await client.ExecuteAsync(command))).Kind);
        Assert.True((await client.RunAsync("GET", "k")).IsNull);
        await _server.CliAsync("CONFIG", "SET", "maxmemory", "0");
        Assert.Equal(1, (await client.ExecuteAsync(command)).Integer);
        Assert.Equal(RedisConnectionState.Ready, client.State);
    }

    [SkippableFact]
    public async Task A_server_without_its_replicas_refuses_writes_and_keeps_the_connection()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        await _server.CliAsync("CONFIG", "SET", "min-replicas-to-write", "1");
        using var command = RedisCommand.ForScript(Write).AddKey("k").Add("v");
        Assert.Equal(RedisErrorKind.NoReplicas, (await Assert.ThrowsAsync<RedisException>(async () => await client.ExecuteAsync(command))).Kind);
        await _server.CliAsync("CONFIG", "SET", "min-replicas-to-write", "0");
        Assert.Equal(1, (await client.ExecuteAsync(command)).Integer);
    }

    [SkippableFact]
    public async Task Somebody_s_endless_script_makes_commands_fail_as_busy_until_it_is_killed()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        await _server.CliAsync("CONFIG", "SET", "busy-reply-threshold", "50");
        var endless = _server.CliAsync("EVAL", "while true do end", "0");
        await Eventually.HoldsAsync(async () => await IsBusyAsync(client), "commands are answered with BUSY");
        await _server.CliAsync("SCRIPT", "KILL");
        await endless;
        Assert.Equal("PONG", (await client.RunAsync("PING")).AsText());
        Assert.Equal(RedisConnectionState.Ready, client.State);
    }

    [SkippableFact]
    public async Task A_pause_of_writes_shorter_than_the_timeout_is_waited_for()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        await _server.CliAsync("CLIENT", "PAUSE", "400", "WRITE");
        Assert.Equal("OK", (await client.RunAsync("SET", "k", "v")).AsText());
        Assert.Equal(RedisConnectionState.Ready, client.State);
    }

    [SkippableFact]
    public async Task Keys_of_another_type_are_a_wrong_type_error()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        await client.RunAsync("RPUSH", "list", "1");
        Assert.Equal(RedisErrorKind.WrongType, (await client.FailAsync("GET", "list")).Kind);
    }

    private static async Task<bool> IsBusyAsync(RedisClient client)
    {
        try
        {
            await client.RunAsync("GET", "k");
            return false;
        }
        catch (RedisException exception)
        {
            return exception.Kind == RedisErrorKind.Busy;
        }
    }
}
