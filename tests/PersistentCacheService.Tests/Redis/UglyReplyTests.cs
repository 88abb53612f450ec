using EntitlementCache.Redis;
using TestKit;
using TestKit.ScriptedRedisServer;

namespace PersistentCacheService.Tests.Redis;

public sealed class UglyReplyTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    private static readonly RedisScript Script = new("script", "return 1");

    public static TheoryData<string> Broken { get; } = new()
    {
        { "$10\r\n01234" },
        { "*2\r\n:1\r\n" },
        { ":12" },
        { "" },
        { "HTTP/1.1 400 Bad Request\r\n\r\n" },
        { "$3\r\nlonger\r\n" },
        { "*99999999\r\n" },
        { "\0\0\0\0" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_broken_reply_costs_the_connection_and_no_caller_gets_another_s_value(string bytes)
    {
        await using var server = ScriptedRedis.StartPrimary(command => command.Connection == 1
            ? ScriptedReply.Send(bytes).ThenClose()
            : ScriptedReply.Bulk(command.Text));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        var failures = await Task.WhenAll(client.FailAsync("MGET", "1"), client.FailAsync("MGET", "2"), client.FailAsync("MGET", "3"));
        Assert.All(failures, failure => Assert.Contains(failure.Kind, new[] { RedisFailureKind.ConnectionLost, RedisFailureKind.NotConnected }));
        await Eventually.HoldsAsync(
            () => client.Status.LastFailure?.Kind is RedisFailureKind.ConnectionLost or RedisFailureKind.ProtocolViolation, "the connection is given up");
        await client.ReadyAsync();
        Assert.Equal("MGET 4", (await client.RunAsync("MGET", "4")).ToString());
    }

    [Fact]
    public async Task A_reset_in_the_middle_is_a_lost_connection()
    {
        await using var server = ScriptedRedis.StartPrimary(command => command.Connection == 1 ? ScriptedReply.Reset : ScriptedReply.Bulk(command.Text));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        Assert.Equal(RedisFailureKind.ConnectionLost, (await client.FailAsync("MGET", "1")).Kind);
        await client.ReadyAsync();
    }

    [Fact]
    public async Task A_reply_nobody_asked_for_costs_the_connection()
    {
        await using var server = ScriptedRedis.StartPrimary(command =>
            command is { Connection: 1 } ? ScriptedReply.Send("+one\r\n+surplus\r\n") : ScriptedReply.Bulk(command.Text));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        await client.RunAsync("MGET", "1");
        await Eventually.HoldsAsync(() => client.Status.LastFailure?.Kind is RedisFailureKind.ConnectionLost or RedisFailureKind.ProtocolViolation, "the connection is given up");
        await client.ReadyAsync();
        Assert.Equal("MGET 2", (await client.RunAsync("MGET", "2")).ToString());
    }

    [Theory]
    [InlineData(":1x\r\n")]
    [InlineData("$2\r\n:1\r\n")]
    [InlineData("*0\r\n")]
    [InlineData("$-1\r\n")]
    public async Task A_reply_that_the_script_cannot_have_given_costs_the_connection(string reply)
    {
        await using var server = ScriptedRedis.StartPrimary(command => command is { Connection: 1, Name: "EVALSHA" } ? ScriptedReply.Send(reply) : ScriptedReply.Bulk("1"));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        using var call = new ScriptCall(Script).AddKey("k");
        var failure = await Assert.ThrowsAsync<RedisFailureException>(async () => await NumberAsync(client, call));
        Assert.Equal(RedisFailureKind.ProtocolViolation, failure.Kind);
        await Eventually.HoldsAsync(() => server.Accepted == 2, "the client connects again");
        await client.ReadyAsync();
        using var again = new ScriptCall(Script).AddKey("k");
        Assert.Equal(1, await NumberAsync(client, again));
    }

    private static ValueTask<long> NumberAsync(RedisClient client, ScriptCall call) => client.EvaluateAsync(call, static reply => reply.ReadScalar().ReadInt64());

    [Theory]
    [InlineData("LOADING Redis is loading", nameof(RedisFailureKind.Loading))]
    [InlineData("BUSY Redis is busy running a script.", nameof(RedisFailureKind.Busy))]
    [InlineData("TRYAGAIN later", nameof(RedisFailureKind.TryAgain))]
    [InlineData("OOM command not allowed", nameof(RedisFailureKind.OutOfMemory))]
    [InlineData("NOREPLICAS Not enough good replicas", nameof(RedisFailureKind.NoReplicas))]
    [InlineData("MISCONF cannot save", nameof(RedisFailureKind.PersistenceFailed))]
    [InlineData("NOPERM no", nameof(RedisFailureKind.NoPermission))]
    [InlineData("WRONGTYPE no", nameof(RedisFailureKind.WrongType))]
    [InlineData("ERR syntax error", nameof(RedisFailureKind.ServerError))]
    public async Task Errors_of_a_command_are_its_own_and_leave_the_connection_alone(string error, string kind)
    {
        await using var server = ScriptedRedis.StartPrimary(command => command.Text == "MGET bad" ? ScriptedReply.Error(error) : ScriptedReply.Bulk(command.Text));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        var before = client.RunAsync("MGET", "before");
        var failure = await client.FailAsync("MGET", "bad");
        Assert.Equal(kind, failure.Kind.ToString());
        Assert.Equal("MGET before", (await before).ToString());
        Assert.Equal("MGET after", (await client.RunAsync("MGET", "after")).ToString());
        Assert.Equal(1, server.Accepted);
    }

    [Theory]
    [InlineData("READONLY You can't write against a read only replica.", nameof(RedisFailureKind.ReadOnly))]
    [InlineData("ERR Error running script (call to f_1): @user_script:1: -READONLY You can't write", nameof(RedisFailureKind.ReadOnly))]
    [InlineData("MASTERDOWN Link with MASTER is down", nameof(RedisFailureKind.MasterDown))]
    [InlineData("NOAUTH Authentication required.", nameof(RedisFailureKind.AuthenticationRequired))]
    [InlineData("MOVED 3999 127.0.0.1:6381", nameof(RedisFailureKind.ClusterMode))]
    [InlineData("CROSSSLOT Keys in request don't hash to the same slot", nameof(RedisFailureKind.ClusterMode))]
    public async Task Errors_that_concern_the_server_make_the_client_leave_it_and_look_again(string error, string kind)
    {
        await using var server = ScriptedRedis.StartPrimary(command => command.Connection == 1 ? ScriptedReply.Error(error) : ScriptedReply.Bulk(command.Text));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        var failure = await client.FailAsync("MGET", "1");
        Assert.Equal(kind, failure.Kind.ToString());
        await client.FailsWithAsync(Enum.Parse<RedisFailureKind>(kind));
        await client.ReadyAsync();
        Assert.Equal(2, server.Accepted);
    }

    [Fact]
    public async Task Noscript_is_answered_with_the_body_once_and_a_second_one_is_told()
    {
        await using var server = ScriptedRedis.StartPrimary(_ => ScriptedReply.Error("NOSCRIPT No matching script. Please use EVAL."));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        using var call = new ScriptCall(Script).AddKey("k");
        var failure = await Assert.ThrowsAsync<RedisFailureException>(async () => await client.EvaluateAsync(call));
        Assert.Equal(RedisFailureKind.NoScript, failure.Kind);
        Assert.Equal(["EVALSHA", "EVAL"], server.Commands.Where(sent => sent.Name.StartsWith("EVAL", StringComparison.Ordinal)).Select(sent => sent.Name));
    }

    [Fact]
    public async Task A_silent_server_is_left_and_a_talking_one_is_found()
    {
        await using var server = ScriptedRedis.StartPrimary(command => command.Connection == 1 ? ScriptedReply.Silence : ScriptedReply.Bulk(command.Text));
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server) with { CommandTimeout = Short });
        Assert.Equal(RedisFailureKind.Timeout, (await client.FailAsync("MGET", "a")).Kind);
        await client.FailsWithAsync(RedisFailureKind.ServerSilent);
        await client.ReadyAsync();
        Assert.Equal("MGET b", (await client.RunAsync("MGET", "b")).ToString());
    }
}
