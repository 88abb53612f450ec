using System.Collections.Concurrent;
using EntitlementCache.Redis;
using StackExchange.Redis;
using TestKit;
using TestKit.ScriptedRedisServer;

namespace PersistentCacheService.Tests.Redis;

/// <summary>Failures that nothing foresees: each costs at most the connection, never the loop that makes the next one.</summary>
public sealed class UnforeseenTests : IDisposable
{
    private const int Unexpected = 2010;

    private readonly CapturedLogs _logs = new();

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task Before_an_attempt_it_is_logged_shown_and_followed_by_another_attempt()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Bulk("v"));
        var clock = new OddClock(TimeProvider.System);
        clock.FailTimers(2);
        await using var client = new RedisClient(RedisClients.For(server), clock, static () => 0.5, _logs.Logger<RedisClient>());
        client.Start();
        await client.ReadyAsync();
        Assert.True(clock.HasFailed);
        Assert.Equal(2, _logs.WithEvent(Unexpected).Count);
        Assert.Contains("NotSupportedException: no timer", client.Status.LastFailure!.Message, StringComparison.Ordinal);
        Assert.Equal("v", (await client.RunAsync("MGET", "k")).ToString());
    }

    [Fact]
    public async Task While_the_connection_is_served_it_does_not_stay_on_offer()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Bulk("v"));
        await using var client = new RedisClient(RedisClients.For(server), TimeProvider.System, static () => 0.5, _logs.Logger<RedisClient>());
        var left = 1;
        client.StatusChanged += status =>
        {
            if (status.State == RedisConnectionState.Ready && Interlocked.Decrement(ref left) >= 0)
            {
                throw new NotSupportedException("a handler");
            }
        };
        client.Start();
        await Eventually.HoldsAsync(() => server.Accepted == 2 && client.State == RedisConnectionState.Ready, "the client connects again");
        Assert.Equal(RedisFailureKind.ConnectionLost, client.Status.LastFailure!.Kind);
        Assert.Equal("v", (await client.RunAsync("MGET", "k")).ToString());
    }

    [Fact]
    public async Task A_client_that_only_meets_such_failures_closes_at_once()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Silence);
        var clock = new OddClock(TimeProvider.System);
        clock.FailTimers(int.MaxValue);
        var client = new RedisClient(RedisClients.For(server), clock, static () => 0.5, _logs.Logger<RedisClient>());
        client.Start();
        await _logs.WaitForAsync(static entry => entry.EventId.Id == Unexpected, "the failure is logged");
        Assert.Equal(RedisFailureKind.NotConnected, (await client.FailAsync("MGET", "k")).Kind);
        await client.DisposeAsync();
        Assert.Equal(RedisConnectionState.Closed, client.State);
    }

    [Fact]
    public async Task A_command_that_is_cancelled_though_its_caller_has_not_given_up_is_a_lost_connection()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Bulk("v"));
        var settings = RedisClients.For(server);
        await using var connection = await RedisClients.AttemptAsync(settings);
        var failure = await Assert.ThrowsAsync<RedisFailureException>(
            async () => await connection.AskAsync("MGET", 0, static (_, _) => Task.FromCanceled<int>(new CancellationToken(canceled: true)), CancellationToken.None));
        Assert.Equal(RedisFailureKind.ConnectionLost, failure.Kind);
        Assert.True(connection.Broken.IsCompleted);
    }

    [Fact]
    public async Task A_command_that_its_caller_gives_up_leaves_the_connection_alone()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Silence);
        await using var connection = await RedisClients.AttemptAsync(RedisClients.For(server));
        using var stop = new CancellationTokenSource();
        var asking = connection.ExecuteAsync("MGET", ["k"], stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await asking);
        Assert.False(connection.Broken.IsCompleted);
    }

    [Fact]
    public async Task A_reader_that_cannot_use_a_value_fails_its_own_call_only()
    {
        await using var server = ScriptedRedis.StartPrimary(static command => ScriptedReply.Bulk(command.Text));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        var other = client.RunAsync("MGET", "other");
        await Assert.ThrowsAsync<KeyNotFoundException>(async () => await client.ExecuteAsync<int>("MGET", ["k"], static _ => throw new KeyNotFoundException("a value")));
        Assert.Equal("MGET other", (await other).ToString());
        Assert.Equal("MGET after", (await client.RunAsync("MGET", "after")).ToString());
        Assert.Equal(1, server.Accepted);
    }

    [SkippableFact]
    public async Task A_multiplexer_that_comes_just_after_the_deadline_is_closed()
    {
        await using var server = await RedisServer.StartAsync();
        var multiplexer = await ConnectionMultiplexer.ConnectAsync($"{server.Host}:{server.Port}");
        var connecting = new TaskCompletionSource<ConnectionMultiplexer>();
        using var deadline = new CancellationTokenSource();
        var before = SynchronizationContext.Current;
        var steps = new LaterContext();
        SynchronizationContext.SetSynchronizationContext(steps);
        Task<ConnectionMultiplexer> taking;
        try
        {
            taking = ConnectionAttempt.TakeAsync(connecting.Task, new ServerStream(new MemoryStream(), TimeProvider.System), deadline.Token);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

#pragma warning disable CA1849, MA0042, VSTHRD103 // The order counts: the deadline first, then the multiplexer, and only then what follows the deadline.
        deadline.Cancel();
#pragma warning restore CA1849, MA0042, VSTHRD103
        connecting.SetResult(multiplexer);
        steps.Run();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => taking);
        await Eventually.HoldsAsync(async () => await server.CliAsync("CLIENT", "LIST", "TYPE", "normal") is var list && list.Split('\n').Length == 1, "only the one who asks is connected");
    }

    /// <summary>Runs what follows when the test says so.</summary>
    private sealed class LaterContext : SynchronizationContext
    {
        private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _posted = [];

        public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));

        public void Run()
        {
            while (_posted.TryDequeue(out var next))
            {
                next.Callback(next.State);
            }
        }
    }
}
