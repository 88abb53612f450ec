using System.Globalization;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using TestKit;
using TestKit.Faults;
using TestKit.Processes;

namespace PersistentCacheService.Tests.Redis;

public sealed class RealFaultTests : IAsyncLifetime
{
    private static readonly RedisScript Append = new("append", "return redis.call('APPEND', KEYS[1], 'x')");
    private RedisServer _server = null!;

    public async Task InitializeAsync() => _server = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [SkippableFact]
    public async Task A_demoted_primary_is_left_at_the_first_readonly_and_used_again_when_promoted()
    {
        await using var other = await RedisServer.StartAsync();
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        await _server.CliAsync("REPLICAOF", "127.0.0.1", other.Port.ToString(CultureInfo.InvariantCulture));
        var failure = await client.SetFailsAsync();
        Assert.Equal(RedisFailureKind.ReadOnly, failure.Kind);
        await client.FailsWithAsync(RedisFailureKind.NotPrimary);
        await _server.CliAsync("REPLICAOF", "NO", "ONE");
        await client.ReadyAsync();
        await client.SetAsync("k", "v");
    }

    [SkippableFact]
    public async Task After_a_failover_behind_the_same_name_the_new_primary_is_found()
    {
        await using var promoted = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.Start(_server.Host, _server.Port);
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(proxy));
        await _server.CliAsync("REPLICAOF", "127.0.0.1", promoted.Port.ToString(CultureInfo.InvariantCulture));
        proxy.Redirect(promoted.Host, promoted.Port);
        await client.LosesConnectionAsync(async () => Assert.Equal(RedisFailureKind.ReadOnly, (await client.SetFailsAsync()).Kind));
        await client.ReadyAsync();
        await client.SetAsync("k", "v");
        Assert.Equal("v", await promoted.CliAsync("GET", "k"));
    }

    [SkippableFact]
    public async Task A_name_that_leads_to_a_replica_at_first_and_to_the_primary_later_is_followed_and_the_replica_is_never_written_to()
    {
        await using var replica = await RedisServer.StartAsync("--replicaof", _server.Host, _server.Port.ToString(CultureInfo.InvariantCulture), "--replica-read-only", "no");
        await using var proxy = FaultProxy.Start(replica.Host, replica.Port);
        await using var client = RedisClients.Start(RedisClients.For(proxy));
        await client.FailsWithAsync(RedisFailureKind.NotPrimary);
        Assert.Equal(RedisFailureKind.NotConnected, (await client.SetFailsAsync()).Kind);
        proxy.Redirect(_server.Host, _server.Port);
        await client.ReadyAsync();
        await client.SetAsync("k", "v");
        Assert.Equal("v", await _server.CliAsync("GET", "k"));
    }

    [SkippableFact]
    public async Task A_blackholed_connection_is_noticed_by_its_silence_and_replaced()
    {
        await using var proxy = FaultProxy.Start(_server.Host, _server.Port);
        var options = RedisClients.For(proxy) with { CommandTimeout = TimeSpan.FromMilliseconds(300), ConnectTimeout = TimeSpan.FromMilliseconds(500) };
        await using var client = await RedisClients.ConnectAsync(options);
        var failures = client.Failures();
        proxy.Apply(FaultPlan.Blackhole);
        Assert.Equal(RedisFailureKind.Timeout, (await client.SetFailsAsync()).Kind);
        await Eventually.HoldsAsync(() => failures.Contains(RedisFailureKind.ServerSilent), "the silence is noticed");
        await Eventually.HoldsAsync(() => failures.Contains(RedisFailureKind.ConnectTimeout), "a new connection is tried");
        proxy.Heal();
        await client.ReadyAsync();
    }

    [SkippableFact]
    public async Task An_idle_blackholed_connection_is_noticed_without_any_command()
    {
        await using var proxy = FaultProxy.Start(_server.Host, _server.Port);
        var options = RedisClients.For(proxy) with { CommandTimeout = TimeSpan.FromMilliseconds(300) };
        await using var client = await RedisClients.ConnectAsync(options);
        var failures = client.Failures();
        proxy.Apply(FaultPlan.Blackhole);
        await Eventually.HoldsAsync(() => failures.Contains(RedisFailureKind.ServerSilent), "the silence is noticed");
        proxy.Heal();
        await client.ReadyAsync();
    }

    [SkippableFact]
    public async Task A_stopped_server_process_is_left_and_used_again_when_it_goes_on()
    {
        await using var client = await RedisClients.ConnectAsync(
            RedisClients.For(_server) with { CommandTimeout = TimeSpan.FromMilliseconds(300), ConnectTimeout = TimeSpan.FromMilliseconds(500) });
        _server.Send(Signal.Stop);
        Assert.Equal(RedisFailureKind.Timeout, (await client.FailAsync("MGET", "k")).Kind);
        await client.FailsWithAsync(RedisFailureKind.ConnectTimeout);
        _server.Send(Signal.Continue);
        await client.ReadyAsync();
    }

    [SkippableFact]
    public async Task Refused_connections_are_tried_again_until_they_are_accepted()
    {
        await using var proxy = FaultProxy.Start(_server.Host, _server.Port);
        proxy.Apply(FaultPlan.Refuse);
        await using var client = RedisClients.Start(RedisClients.For(proxy));
        await client.FailsWithAsync(RedisFailureKind.ConnectFailed);
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
        Assert.Contains(client.Status.LastFailure!.Kind, new[] { RedisFailureKind.ConnectionLost, RedisFailureKind.ConnectFailed });
        proxy.Heal();
        await client.ReadyAsync();
    }

    [SkippableFact]
    public async Task A_name_without_address_is_reported_as_such()
    {
        await using var client = RedisClients.Start(new RedisSettings { Host = "no-such-host.invalid", Port = 6379 });
        await client.FailsWithAsync(RedisFailureKind.NameNotResolved);
    }

    [SkippableFact]
    public async Task All_addresses_of_a_name_are_tried()
    {
        // localhost is ::1 and 127.0.0.1 where IPv6 is on; the server listens on the second only.
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server) with { Host = "localhost" });
        Assert.Equal("PONG", (string?)await client.RunAsync("PING"));
    }

    [SkippableFact]
    public async Task A_killed_client_connection_comes_back()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        await _server.CliAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        await client.FailsWithAsync(RedisFailureKind.ConnectionLost);
        await client.ReadyAsync();
        Assert.Equal("PONG", (string?)await client.RunAsync("PING"));
    }

    [SkippableFact]
    public async Task A_server_out_of_memory_refuses_writes_keeps_the_connection_and_recovers()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        await _server.CliAsync("CONFIG", "SET", "maxmemory", "1");
        Assert.Equal(RedisFailureKind.OutOfMemory, (await client.SetFailsAsync()).Kind);
        Assert.Null(await client.GetAsync("k"));
        await _server.CliAsync("CONFIG", "SET", "maxmemory", "0");
        await client.SetAsync("k", "v");
        Assert.Equal(RedisConnectionState.Ready, client.State);
    }

    [SkippableFact]
    public async Task A_server_without_its_replicas_refuses_writes_and_keeps_the_connection()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        await _server.CliAsync("CONFIG", "SET", "min-replicas-to-write", "1");
        Assert.Equal(RedisFailureKind.NoReplicas, (await client.SetFailsAsync()).Kind);
        await _server.CliAsync("CONFIG", "SET", "min-replicas-to-write", "0");
        await client.SetAsync("k", "v");
    }

    [SkippableFact]
    public async Task An_endless_script_makes_commands_fail_as_busy_until_it_is_killed()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        await _server.CliAsync("CONFIG", "SET", "busy-reply-threshold", "50");
        var endless = _server.CliAsync("EVAL", "while true do end", "0");
        await Eventually.HoldsAsync(async () => await IsBusyAsync(client), "commands are answered with BUSY");
        await _server.CliAsync("SCRIPT", "KILL");
        await endless;
        Assert.Equal("PONG", (string?)await client.RunAsync("PING"));
        Assert.Equal(RedisConnectionState.Ready, client.State);
    }

    [SkippableFact]
    public async Task A_pause_of_writes_shorter_than_the_timeout_is_waited_for()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        await _server.CliAsync("CLIENT", "PAUSE", "400", "WRITE");
        await client.SetAsync("k", "v");
        Assert.Equal(RedisConnectionState.Ready, client.State);
    }

    [SkippableFact]
    public async Task Keys_of_another_type_are_a_wrong_type_error()
    {
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        await _server.CliAsync("RPUSH", "list", "1");
        using var call = new ScriptCall(Append).AddKey("list");
        var failure = await Assert.ThrowsAsync<RedisFailureException>(async () => await client.EvaluateAsync(call));
        Assert.Equal(RedisFailureKind.WrongType, failure.Kind);
    }

    private static async Task<bool> IsBusyAsync(RedisClient client)
    {
        try
        {
            await client.GetAsync("k");
            return false;
        }
        catch (RedisFailureException exception)
        {
            return exception.Kind == RedisFailureKind.Busy;
        }
    }
}
