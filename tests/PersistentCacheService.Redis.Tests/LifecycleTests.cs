using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TestKit;
using TestKit.ScriptedRedisServer;

namespace PersistentCacheService.Redis.Tests;

public sealed class LifecycleTests
{
    [Fact]
    public async Task States_are_shown_in_their_order_and_the_subscriber_s_exception_is_logged()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Close);
        using var logs = new CapturedLogs();
        var client = new RedisClient(RedisClients.For(server), TimeProvider.System, logs.Logger<RedisClient>());
        var states = new ConcurrentQueue<RedisConnectionState>();
        client.StatusChanged += (_, change) =>
        {
            states.Enqueue(change.Current.State);
            Assert.Equal(change.Current, client.Status);
            throw new InvalidOperationException("subscriber");
        };
        Assert.Equal(RedisConnectionState.Disconnected, client.State);
        client.Start();
        client.Start();
        await client.ReadyAsync();
        await client.FailAsync("ECHO", "x");
        await client.LeavesReadyAsync();
        await client.ReadyAsync();
        await client.DisposeAsync();
        Assert.Equal(
            [
                RedisConnectionState.Connecting, RedisConnectionState.Handshaking, RedisConnectionState.Ready, RedisConnectionState.Disconnected,
                RedisConnectionState.Connecting, RedisConnectionState.Handshaking, RedisConnectionState.Ready, RedisConnectionState.Draining,
                RedisConnectionState.Closed,
            ],
            states);
        Assert.Equal(states.Count, logs.WithEvent(2008).Count);
    }

    [Fact]
    public async Task A_closed_client_refuses_everything()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Silence);
        var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        await client.DisposeAsync();
        await client.DisposeAsync();
        Assert.Equal(RedisErrorKind.Closed, (await client.FailAsync("GET", "k")).Kind);
        Assert.Equal(RedisErrorKind.Closed, (await Assert.ThrowsAsync<RedisException>(() => client.WaitUntilReadyAsync())).Kind);
        Assert.Throws<ObjectDisposedException>(client.Start);
    }

    [Fact]
    public async Task A_client_that_never_connected_closes_at_once_and_frees_who_waits()
    {
        await using var server = ScriptedRedis.Start(_ => ScriptedReply.Silence);
        var client = RedisClients.Start(RedisClients.For(server) with { ConnectTimeout = TimeSpan.FromHours(1) });
        var waiting = client.WaitUntilReadyAsync();
        Assert.Equal(RedisErrorKind.NotConnected, (await client.FailAsync("GET", "k")).Kind);
        await Eventually.HoldsAsync(() => client.State == RedisConnectionState.Handshaking, "the client is stuck in its handshake");
        await client.DisposeAsync();
        Assert.Equal(RedisErrorKind.Closed, (await Assert.ThrowsAsync<RedisException>(() => waiting)).Kind);
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

    [SkippableFact]
    public async Task Closing_finishes_what_is_in_hand_and_takes_nothing_new()
    {
        await using var server = await RedisServer.StartAsync();
        var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        var blocked = client.RunAsync("BLPOP", "list", "0");
        await Eventually.HoldsAsync(async () => (await server.CliAsync("INFO", "clients")).Contains("blocked_clients:1", StringComparison.Ordinal), "the command waits in the server");
        var closing = client.DisposeAsync().AsTask();
        await Eventually.HoldsAsync(() => client.State == RedisConnectionState.Draining, "the client drains");
        Assert.Equal(RedisErrorKind.NotConnected, (await client.FailAsync("GET", "k")).Kind);
        await server.CliAsync("RPUSH", "list", "value");
        Assert.Equal("value", (await blocked).Items[1].AsText());
        await closing;
    }

    [Fact]
    public async Task Closing_does_not_wait_for_ever_for_a_server_that_does_not_answer()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Silence);
        using var logs = new CapturedLogs();
        var client = await RedisClients.ConnectAsync(RedisClients.For(server) with { DrainTimeout = TimeSpan.FromMilliseconds(100) }, logs.Logger<RedisClient>());
        var unanswered = client.FailAsync("GET", "k");
        await client.DisposeAsync();
        var failure = await unanswered;
        Assert.Equal(RedisErrorKind.ConnectionLost, failure.Kind);
        Assert.True(failure.MaybeExecuted);
        Assert.Single(logs.WithEvent(2009));
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

    [Fact]
    public async Task Connects_errors_durations_and_commands_in_flight_are_observed()
    {
        await using var server = ScriptedRedis.StartPrimary(command => command.Text switch
        {
            "GET bad" => ScriptedReply.Error("OOM no memory"),
            "GET hangs" => ScriptedReply.Silence,
            _ => ScriptedReply.Bulk("v"),
        });
        var observer = new RecordingObserver();
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server) with { DrainTimeout = TimeSpan.Zero }, observer: observer);
        await client.RunAsync("GET", "good");
        var answered = observer.Durations.Count;
        await client.FailAsync("GET", "bad");
        var hanging = client.FailAsync("GET", "hangs");
        await Eventually.HoldsAsync(() => server.Commands.Any(command => command.Text == "GET hangs"), "the hanging command arrived");

        Assert.Equal((1, 0), (observer.Connects, observer.FailedConnects));
        Assert.InRange(answered, 1, int.MaxValue);
        Assert.Equal(answered, observer.Durations.Count);
        Assert.All(observer.Durations, static duration => Assert.InRange(duration, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1)));
        Assert.Equal([(RedisErrorKind.OutOfMemory, 1)], observer.Failures);
        Assert.Equal(1, client.CommandsInFlight);
        await client.DisposeAsync();
        await hanging;
        Assert.Equal([(RedisErrorKind.OutOfMemory, 1), (RedisErrorKind.ConnectionLost, 1)], observer.Failures);
        Assert.Equal(0, client.CommandsInFlight);
    }

    [Fact]
    public async Task An_attempt_that_fails_is_observed_with_its_reason()
    {
        await using var server = ScriptedRedis.Start(_ => ScriptedReply.Close);
        var observer = new RecordingObserver();
        await using var client = RedisClients.Start(RedisClients.For(server), observer: observer);

        await Eventually.HoldsAsync(() => observer.Failures.Any(static failure => failure.Kind == RedisErrorKind.ConnectionLost), "a failed attempt is observed");
        Assert.InRange(observer.FailedConnects, 1, int.MaxValue);
        Assert.Equal(0, observer.Connects);
    }
}
