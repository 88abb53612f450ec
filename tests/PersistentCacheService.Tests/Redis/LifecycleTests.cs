using System.Collections.Concurrent;
using EntitlementCache.Redis;
using Microsoft.Extensions.Logging;
using TestKit;
using TestKit.ScriptedRedisServer;

namespace PersistentCacheService.Tests.Redis;

public sealed class LifecycleTests
{
    [Fact]
    public async Task States_are_shown_in_their_order()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Close);
        using var logs = new CapturedLogs();
        var client = new RedisClient(RedisClients.For(server), TimeProvider.System, static () => 0.5, logs.Logger<RedisClient>());
        var states = new ConcurrentQueue<RedisConnectionState>();
        client.StatusChanged += status => states.Enqueue(status.State);
        Assert.Equal(RedisConnectionState.Disconnected, client.State);
        client.Start();
        client.Start();
        await client.ReadyAsync();
        await client.LosesConnectionAsync(() => client.FailAsync("MGET", "x"));
        await client.ReadyAsync();
        await client.DisposeAsync();
        Assert.Equal(
            [
                RedisConnectionState.Connecting, RedisConnectionState.Ready, RedisConnectionState.Disconnected,
                RedisConnectionState.Connecting, RedisConnectionState.Ready, RedisConnectionState.Closed,
            ],
            states);
    }

    [Fact]
    public async Task A_closed_client_refuses_everything()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Silence);
        var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        await client.DisposeAsync();
        await client.DisposeAsync();
        Assert.Equal(RedisFailureKind.Closed, (await client.FailAsync("MGET", "k")).Kind);
        Assert.Equal(RedisFailureKind.Closed, (await Assert.ThrowsAsync<RedisFailureException>(() => client.WaitUntilReadyAsync())).Kind);
        Assert.Throws<ObjectDisposedException>(client.Start);
    }

    [Fact]
    public async Task A_client_that_never_connected_closes_at_once_and_frees_who_waits()
    {
        await using var server = ScriptedRedis.Start(_ => ScriptedReply.Silence);
        var client = RedisClients.Start(RedisClients.For(server) with { ConnectTimeout = TimeSpan.FromHours(1) });
        var waiting = client.WaitUntilReadyAsync();
        Assert.Equal(RedisFailureKind.NotConnected, (await client.FailAsync("MGET", "k")).Kind);
        await Eventually.HoldsAsync(() => client.State == RedisConnectionState.Connecting, "the client is stuck in its handshake");
        await client.DisposeAsync();
        Assert.Equal(RedisFailureKind.Closed, (await Assert.ThrowsAsync<RedisFailureException>(() => waiting)).Kind);
    }

    [Fact]
    public async Task Waiting_for_ready_can_be_given_up()
    {
        await using var server = ScriptedRedis.Start(_ => ScriptedReply.Silence);
        await using var client = RedisClients.Start(RedisClients.For(server));
        using var stop = new CancellationTokenSource();
        var waiting = client.WaitUntilReadyAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Closing_does_not_wait_for_a_server_that_does_not_answer()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Silence);
        var client = await RedisClients.ConnectAsync(RedisClients.For(server) with { CommandTimeout = TimeSpan.FromHours(1) });
        var unanswered = client.FailAsync("MGET", "k");
        await client.DisposeAsync();
        Assert.Equal(RedisFailureKind.ConnectionLost, (await unanswered).Kind);
    }

    [Fact]
    public async Task Repeated_failures_are_logged_once_per_interval_and_in_full_at_debug()
    {
        await using var server = ScriptedRedis.Start(_ => ScriptedReply.Close);
        using var logs = new CapturedLogs();
        await using var client = RedisClients.Start(RedisClients.For(server), logs.Logger<RedisClient>());
        await Eventually.HoldsAsync(() => logs.WithEvent(2003).Count >= 3, "three failed attempts are logged");
        Assert.Equal(LogLevel.Warning, logs.WithEvent(2003)[0].Level);
        Assert.All(logs.WithEvent(2003).Skip(1), entry => Assert.Equal(LogLevel.Debug, entry.Level));
    }
}
