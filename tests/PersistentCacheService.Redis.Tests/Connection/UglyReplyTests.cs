using System.Text;
using TestKit;
using TestKit.ScriptedRedisServer;

namespace PersistentCacheService.Redis.Tests.Connection;

public sealed class UglyReplyTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    private static readonly RedisScript Script = new("script", "return 1");
    private int _pings;

    public static TheoryData<string, RedisErrorKind> Broken { get; } = new()
    {
        { "$10\r\n01234", RedisErrorKind.ConnectionLost },
        { "*2\r\n:1\r\n", RedisErrorKind.ConnectionLost },
        { ":12", RedisErrorKind.ConnectionLost },
        { "", RedisErrorKind.ConnectionLost },
        { "HTTP/1.1 400 Bad Request\r\n\r\n", RedisErrorKind.ProtocolViolation },
        { "$3\r\nlonger\r\n", RedisErrorKind.ProtocolViolation },
        { "*99999999\r\n", RedisErrorKind.ProtocolViolation },
        { "\0\0\0\0", RedisErrorKind.ProtocolViolation },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_broken_reply_costs_the_connection_and_no_caller_gets_another_s_value(string bytes, RedisErrorKind kind)
    {
        await using var server = ScriptedRedis.StartPrimary(command => command.Connection == 1
            ? ScriptedReply.Send(bytes).ThenClose()
            : ScriptedReply.Bulk(command.Text));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        var failures = await Task.WhenAll(client.FailAsync("ECHO", "1"), client.FailAsync("ECHO", "2"), client.FailAsync("ECHO", "3"));
        Assert.All(failures, failure => Assert.Contains(failure.Kind, new[] { RedisErrorKind.ConnectionLost, RedisErrorKind.NotConnected }));
        Assert.True(failures[0].MaybeExecuted);
        await client.FailsWithAsync(kind);
        await client.ReadyAsync();
        Assert.Equal("ECHO 4", (await client.RunAsync("ECHO", "4")).AsText());
    }

    [Fact]
    public async Task A_reset_in_the_middle_is_a_lost_connection()
    {
        await using var server = ScriptedRedis.StartPrimary(command => command.Connection == 1 ? ScriptedReply.Reset : ScriptedReply.Bulk(command.Text));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        Assert.Equal(RedisErrorKind.ConnectionLost, (await client.FailAsync("ECHO", "1")).Kind);
        await client.ReadyAsync();
    }

    [Fact]
    public async Task A_reply_nobody_asked_for_costs_the_connection()
    {
        await using var server = ScriptedRedis.StartPrimary(command =>
            command is { Connection: 1 } ? ScriptedReply.Send("+one\r\n+surplus\r\n") : ScriptedReply.Bulk(command.Text));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        await client.RunAsync("ECHO", "1");
        await client.FailsWithAsync(RedisErrorKind.ProtocolViolation);
        await client.ReadyAsync();
        Assert.Equal("ECHO 2", (await client.RunAsync("ECHO", "2")).AsText());
    }

    [Theory]
    [InlineData("LOADING Redis is loading", RedisErrorKind.Loading, false)]
    [InlineData("BUSY Redis is busy running a script.", RedisErrorKind.Busy, false)]
    [InlineData("TRYAGAIN later", RedisErrorKind.TryAgain, false)]
    [InlineData("OOM command not allowed", RedisErrorKind.OutOfMemory, true)]
    [InlineData("NOREPLICAS Not enough good replicas", RedisErrorKind.NoReplicas, false)]
    [InlineData("MISCONF cannot save", RedisErrorKind.PersistenceFailed, false)]
    [InlineData("NOPERM no", RedisErrorKind.NoPermission, true)]
    [InlineData("WRONGTYPE no", RedisErrorKind.WrongType, true)]
    [InlineData("ERR syntax error", RedisErrorKind.ServerError, true)]
    public async Task Errors_of_a_command_are_its_own_and_leave_the_connection_alone(string error, RedisErrorKind kind, bool maybeExecuted)
    {
        await using var server = ScriptedRedis.StartPrimary(command => command.Text == "ECHO bad" ? ScriptedReply.Error(error) : ScriptedReply.Bulk(command.Text));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        var before = client.RunAsync("ECHO", "before");
        var failure = await client.FailAsync("ECHO", "bad");
        Assert.Equal(kind, failure.Kind);
        Assert.Equal(maybeExecuted, failure.MaybeExecuted);
        Assert.Equal("ECHO before", (await before).AsText());
        Assert.Equal("ECHO after", (await client.RunAsync("ECHO", "after")).AsText());
        Assert.Equal(1, server.Accepted);
    }

    [Theory]
    [InlineData("READONLY You can't write against a read only replica.", RedisErrorKind.ReadOnly)]
    [InlineData("ERR Error running script (call to f_1): @user_script:1: -READONLY You can't write", RedisErrorKind.ReadOnly)]
    [InlineData("MASTERDOWN Link with MASTER is down", RedisErrorKind.MasterDown)]
    [InlineData("NOAUTH Authentication required.", RedisErrorKind.AuthenticationRequired)]
    [InlineData("MOVED 3999 127.0.0.1:6381", RedisErrorKind.ClusterMode)]
    [InlineData("CROSSSLOT Keys in request don't hash to the same slot", RedisErrorKind.ClusterMode)]
    public async Task Errors_that_concern_the_server_make_the_client_leave_it_and_look_again(string error, RedisErrorKind kind)
    {
        await using var server = ScriptedRedis.StartPrimary(command => command.Connection == 1 ? ScriptedReply.Error(error) : ScriptedReply.Bulk(command.Text));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        var failure = await client.FailAsync("ECHO", "1");
        Assert.Equal(kind, failure.Kind);
        Assert.False(failure.MaybeExecuted);
        await client.FailsWithAsync(kind);
        await client.ReadyAsync();
        Assert.Equal(2, server.Accepted);
    }

    [Fact]
    public async Task Noscript_is_answered_with_the_body_once_and_a_second_one_is_told()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Error("NOSCRIPT No matching script. Please use EVAL."));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        using var command = RedisCommand.ForScript(Script).AddKey("k");
        var failure = await Assert.ThrowsAsync<RedisException>(async () => await client.ExecuteAsync(command));
        Assert.Equal(RedisErrorKind.NoScript, failure.Kind);
        Assert.Equal(["EVALSHA", "EVAL"], server.Commands.Where(sent => sent.Name.StartsWith("EVAL", StringComparison.Ordinal)).Select(sent => sent.Name));
    }

    [Fact]
    public async Task A_late_reply_meets_its_own_tombstone_and_not_the_next_caller()
    {
        await using var server = ScriptedRedis.StartPrimary(command => command.Text switch
        {
            "GET a" => ScriptedReply.Silence,
            "GET b" => ScriptedReply.Send("$1\r\na\r\n$1\r\nb\r\n"),
            _ => ScriptedReply.Bulk(command.Text),
        });
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server) with { CommandTimeout = Short });
        var late = await client.FailAsync("GET", "a");
        Assert.Equal(RedisErrorKind.Timeout, late.Kind);
        Assert.True(late.MaybeExecuted);
        Assert.Equal("b", (await client.RunAsync("GET", "b")).AsText());
        Assert.Equal("GET c", (await client.RunAsync("GET", "c")).AsText());
        Assert.Equal(1, server.Accepted);
    }

    [Fact]
    public async Task The_late_reply_of_a_cancelled_command_meets_its_tombstone_too()
    {
        await using var server = ScriptedRedis.StartPrimary(command =>
            command.Text == "GET a" ? ScriptedReply.Silence : ScriptedReply.Send($"$1\r\na\r\n${command.Text.Length}\r\n{command.Text}\r\n"));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        using var stop = new CancellationTokenSource();
        using var command = RedisCommand.Create("GET"u8).Add("a");
        var cancelled = client.ExecuteAsync(command, stop.Token).AsTask();
        await Eventually.HoldsAsync(() => server.Commands.Any(sent => sent.Text == "GET a"), "the command arrived");
        await stop.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(stop.Token, exception.CancellationToken);
        Assert.Equal("GET b", (await client.RunAsync("GET", "b")).AsText());
    }

    [Fact]
    public async Task A_token_cancelled_before_sends_nothing()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Silence);
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        using var command = RedisCommand.Create("GET"u8).Add("a");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await client.ExecuteAsync(command, new CancellationToken(canceled: true)));
        Assert.DoesNotContain(server.Commands, sent => sent.Name == "GET");
    }

    [Fact]
    public async Task A_silent_server_is_left_and_a_talking_one_is_found()
    {
        await using var server = ScriptedRedis.StartPrimary(command => command.Connection == 1 ? ScriptedReply.Silence : ScriptedReply.Bulk(command.Text));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server) with { CommandTimeout = Short });
        Assert.Equal(RedisErrorKind.Timeout, (await client.FailAsync("GET", "a")).Kind);
        await client.FailsWithAsync(RedisErrorKind.ServerSilent);
        await client.ReadyAsync();
        Assert.Equal("GET b", (await client.RunAsync("GET", "b")).AsText());
    }

    [Fact]
    public async Task An_idle_connection_is_asked_for_a_sign_of_life_and_left_when_there_is_none()
    {
        await using var server = ScriptedRedis.Start(command => Handshakes(command) < 3 || command.Connection > 1
            ? ScriptedRedis.AnswerOfPrimary(command)!
            : ScriptedReply.Silence);
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server) with { CommandTimeout = Short, IdlePingInterval = Short });
        await client.FailsWithAsync(RedisErrorKind.ServerSilent);
        await client.ReadyAsync();

        int Handshakes(ScriptedCommand command) => command.Name == "PING" ? Interlocked.Increment(ref _pings) : 0;
    }

    [Fact]
    public async Task A_reply_of_the_wrong_type_is_a_clear_error_of_the_reply()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Send("+OK\r\n"));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        var reply = await client.RunAsync("INCR", "n");
        Assert.Equal(RedisErrorKind.ProtocolViolation, Assert.Throws<RedisException>(() => reply.Integer).Kind);
        Assert.Throws<RedisException>(() => reply.Items.Length);
        Assert.Throws<RedisException>(() => reply.ErrorKind);
    }

    [Fact]
    public async Task Errors_inside_an_array_are_elements()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Send("*2\r\n:1\r\n-OOM no memory\r\n"));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        var reply = await client.RunAsync("X");
        Assert.Equal(1, reply.Items[0].Integer);
        Assert.Equal(RedisErrorKind.OutOfMemory, reply.Items[1].ErrorKind);
        Assert.Equal("OOM no memory", Encoding.UTF8.GetString(reply.Items[1].Bytes.Span));
    }
}
