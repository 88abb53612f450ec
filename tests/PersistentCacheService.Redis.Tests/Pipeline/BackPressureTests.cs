using TestKit;
using TestKit.ScriptedRedisServer;

namespace PersistentCacheService.Redis.Tests.Pipeline;

public sealed class BackPressureTests
{
    [Fact]
    public async Task Commands_beyond_those_allowed_in_flight_follow_in_order_when_replies_come()
    {
        const int Allowed = 4;
        const int Total = 20;
        await using var server = ScriptedRedis.StartPrimary(Hold(Allowed));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server) with { MaxInFlightCommands = Allowed });
        var replies = Enumerable.Range(0, Total).Select(i => client.RunAsync("ECHO", $"{i}")).ToArray();
        await Task.WhenAll(replies);
        for (var i = 0; i < Total; i++)
        {
            Assert.Equal($"ECHO {i}", (await replies[i]).AsText());
        }
    }

    [Fact]
    public async Task Bytes_in_flight_are_bounded_and_a_command_above_the_bound_goes_alone()
    {
        await using var server = ScriptedRedis.StartPrimary(command => ScriptedReply.Bulk(command.Arguments[1][..1]));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server) with { MaxInFlightBytes = 1000 });
        var large = new string('L', 5000);
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => client.RunAsync("ECHO", i % 2 == 0 ? large : "small")));
        Assert.All(replies.Index(), reply => Assert.Equal(reply.Index % 2 == 0 ? "L" : "s", reply.Item.AsText()));
    }

    [Fact]
    public async Task Beyond_the_limit_of_waiting_commands_the_next_is_refused_as_never_sent()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Silence);
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server) with { MaxInFlightCommands = 1, MaxQueuedCommands = 2 });
        var sent = client.RunAsync("ECHO", "sent");
        await Eventually.HoldsAsync(() => server.Commands.Any(command => command.Text == "ECHO sent"), "the first command is in flight");
        var waiting = new[] { client.RunAsync("ECHO", "waits"), client.RunAsync("ECHO", "waits") };
        var refused = await client.FailAsync("ECHO", "refused");
        Assert.Equal(RedisErrorKind.Overloaded, refused.Kind);
        Assert.False(refused.MaybeExecuted);
        Assert.All(waiting.Append(sent), task => Assert.False(task.IsCompleted));
        await client.DisposeAsync();
        await Assert.ThrowsAsync<RedisException>(() => Task.WhenAll(waiting.Append(sent)));
    }

    [Fact]
    public async Task A_command_whose_time_ran_out_in_the_line_is_never_sent()
    {
        await using var server = ScriptedRedis.StartPrimary(command => command.Text == "ECHO first" ? ScriptedReply.Silence : ScriptedReply.Bulk(command.Text));
        var options = RedisClients.For(server) with { MaxInFlightCommands = 1, CommandTimeout = TimeSpan.FromMilliseconds(300) };
        await using var client = await RedisClients.ConnectAsync(options);
        var failures = await Task.WhenAll(client.FailAsync("ECHO", "first"), client.FailAsync("ECHO", "second"));
        Assert.All(failures, failure => Assert.Equal(RedisErrorKind.Timeout, failure.Kind));
        Assert.True(failures[0].MaybeExecuted);
        Assert.False(failures[1].MaybeExecuted);
        await client.LeavesReadyAsync();
        await client.ReadyAsync();
        Assert.Equal("ECHO third", (await client.RunAsync("ECHO", "third")).AsText());
        Assert.DoesNotContain(server.Commands, command => command.Text == "ECHO second");
    }

    [Fact]
    public async Task A_command_cancelled_in_the_line_is_never_sent_and_the_line_goes_on()
    {
        using var release = new SemaphoreSlim(0);
        await using var server = ScriptedRedis.StartPrimary(command =>
        {
            if (command.Text == "ECHO first")
            {
                release.Wait();
            }

            return ScriptedReply.Bulk(command.Text);
        });
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server) with { MaxInFlightCommands = 1 });
        using var stop = new CancellationTokenSource();
        var first = client.RunAsync("ECHO", "first");
        using var command = RedisCommand.Create("ECHO"u8).Add("second");
        var second = client.ExecuteAsync(command, stop.Token).AsTask();
        var third = client.RunAsync("ECHO", "third");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        release.Release();
        Assert.Equal("ECHO first", (await first).AsText());
        Assert.Equal("ECHO third", (await third).AsText());
        Assert.DoesNotContain(server.Commands, sent => sent.Text == "ECHO second");
    }

    [Fact]
    public async Task Commands_never_sent_when_the_connection_breaks_say_so()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Close);
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server) with { MaxInFlightCommands = 1 });
        var failures = await Task.WhenAll(client.FailAsync("ECHO", "sent"), client.FailAsync("ECHO", "unsent"), client.FailAsync("ECHO", "unsent"));
        Assert.Equal([true, false, false], failures.Select(failure => failure.MaybeExecuted));
    }

    [Fact]
    public async Task A_caller_that_blocks_its_thread_does_not_hold_up_the_replies_of_others()
    {
        await using var server = ScriptedRedis.StartPrimary(command => ScriptedReply.Bulk(command.Text));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        using var release = new ManualResetEventSlim();
        var blocked = BlockAfterReplyAsync();
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal($"ECHO {i}", (await client.RunAsync("ECHO", $"{i}").WaitAsync(TimeSpan.FromSeconds(20))).AsText());
        }

        release.Set();
        await blocked;

        async Task BlockAfterReplyAsync()
        {
            using var command = RedisCommand.Create("ECHO"u8).Add("blocks");
            await client.ExecuteAsync(command);
            release.Wait();
        }
    }

    /// <summary>Answers nothing until as many commands have come as may be in flight, and then every one at once.</summary>
    private static Func<ScriptedCommand, ScriptedReply> Hold(int allowed)
    {
        var held = new List<string>();
        return command =>
        {
            held.Add(command.Text);
            if (held.Count < allowed)
            {
                return ScriptedReply.Silence;
            }

            var replies = string.Concat(held.Select(text => $"${text.Length}\r\n{text}\r\n"));
            held.Clear();
            return ScriptedReply.Send(replies);
        };
    }
}
