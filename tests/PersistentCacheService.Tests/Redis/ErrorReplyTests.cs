using EntitlementCache.Redis;

namespace PersistentCacheService.Tests.Redis;

public sealed class ErrorReplyTests
{
    [Theory]
    [InlineData("NOSCRIPT No matching script. Please use EVAL.", nameof(RedisFailureKind.NoScript), false)]
    [InlineData("READONLY You can't write against a read only replica.", nameof(RedisFailureKind.ReadOnly), true)]
    [InlineData("READONLY You can't write against a read only replica. script: 7fe8, on @user_script:1.", nameof(RedisFailureKind.ReadOnly), true)]
    [InlineData("ERR Error running script (call to f_7fe8): @user_script:1: @user_script: 1: -READONLY You can't write against a read only replica.", nameof(RedisFailureKind.ReadOnly), true)]
    [InlineData("ERR Error running script (call to f_7fe8): @user_script:1: -OOM command not allowed when used memory > 'maxmemory'.", nameof(RedisFailureKind.OutOfMemory), false)]
    [InlineData("ERR Error running script (call to f_7fe8): @user_script:1: -MASTERDOWN Link with MASTER is down", nameof(RedisFailureKind.MasterDown), true)]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'.", nameof(RedisFailureKind.OutOfMemory), false)]
    [InlineData("LOADING Redis is loading the dataset in memory", nameof(RedisFailureKind.Loading), false)]
    [InlineData("BUSY Redis is busy running a script.", nameof(RedisFailureKind.Busy), false)]
    [InlineData("TRYAGAIN Multiple keys request during rehashing of slot", nameof(RedisFailureKind.TryAgain), false)]
    [InlineData("NOREPLICAS Not enough good replicas to write.", nameof(RedisFailureKind.NoReplicas), false)]
    [InlineData("MISCONF Redis is configured to save RDB snapshots", nameof(RedisFailureKind.PersistenceFailed), false)]
    [InlineData("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", nameof(RedisFailureKind.MasterDown), true)]
    [InlineData("NOAUTH Authentication required.", nameof(RedisFailureKind.AuthenticationRequired), true)]
    [InlineData("DENIED Redis is running in protected mode", nameof(RedisFailureKind.AuthenticationRequired), true)]
    [InlineData("WRONGPASS invalid username-password pair or user is disabled.", nameof(RedisFailureKind.AuthenticationFailed), true)]
    [InlineData("ERR invalid password", nameof(RedisFailureKind.AuthenticationFailed), true)]
    [InlineData("ERR Client sent AUTH, but no password is set", nameof(RedisFailureKind.AuthenticationFailed), true)]
    [InlineData("ERR AUTH <password> called without any password configured for the default user.", nameof(RedisFailureKind.AuthenticationFailed), true)]
    [InlineData("ERR max number of clients reached", nameof(RedisFailureKind.MaxClients), true)]
    [InlineData("ERR Protocol error: invalid bulk length", nameof(RedisFailureKind.ProtocolViolation), true)]
    [InlineData("NOPERM this user has no permissions to run the 'ping' command", nameof(RedisFailureKind.NoPermission), false)]
    [InlineData("ERR The user executing the script can't run this command or subcommand script: 7fe8", nameof(RedisFailureKind.NoPermission), false)]
    [InlineData("WRONGTYPE Operation against a key holding the wrong kind of value", nameof(RedisFailureKind.WrongType), false)]
    [InlineData("MOVED 3999 127.0.0.1:6381", nameof(RedisFailureKind.ClusterMode), true)]
    [InlineData("ASK 3999 127.0.0.1:6381", nameof(RedisFailureKind.ClusterMode), true)]
    [InlineData("CROSSSLOT Keys in request don't hash to the same slot", nameof(RedisFailureKind.ClusterMode), true)]
    [InlineData("CLUSTERDOWN Hash slot not served", nameof(RedisFailureKind.ClusterMode), true)]
    [InlineData("ERR SELECT is not allowed in cluster mode", nameof(RedisFailureKind.ClusterMode), true)]
    [InlineData("ERR Script attempted to access a non local key in a cluster node", nameof(RedisFailureKind.ClusterMode), true)]
    [InlineData("Key has MOVED but CommandFlags.NoRedirect was specified - redirect not followed. ", nameof(RedisFailureKind.ClusterMode), true)]
    [InlineData("ERR DB index is out of range", nameof(RedisFailureKind.NoSuchDatabase), false)]
    [InlineData("ERR invalid DB index", nameof(RedisFailureKind.NoSuchDatabase), false)]
    [InlineData("ERR unknown command 'EVALSHA', with args beginning with: 'x'", nameof(RedisFailureKind.CommandMissing), false)]
    [InlineData("ERR Unknown Redis command called from script script: 5ec9, on @user_script:1. (MGET)", nameof(RedisFailureKind.CommandMissing), false)]
    [InlineData("ERR syntax error", nameof(RedisFailureKind.ServerError), false)]
    [InlineData("SOMETHINGNEW no client knows it", nameof(RedisFailureKind.ServerError), false)]
    [InlineData("", nameof(RedisFailureKind.ServerError), false)]
    public void An_error_reply_is_understood_by_its_first_word_or_by_what_a_script_wrapped(string text, string kind, bool endsConnection)
    {
        var known = ErrorReply.Classify(text);
        Assert.Equal(kind, known.ToString());
        Assert.Equal(endsConnection, known.EndsConnection());
    }

    [Fact]
    public void Every_kind_has_a_remedy_that_completes_a_sentence() =>
        Assert.All(Enum.GetValues<RedisFailureKind>(), static kind => Assert.Matches("^[a-z].*[^.]$", kind.Remedy()));

    [Fact]
    public void What_is_refused_for_what_it_is_leaves_the_connection_alone() => Assert.All(
        [RedisFailureKind.NoPermission, RedisFailureKind.WrongType, RedisFailureKind.NoSuchDatabase, RedisFailureKind.CommandMissing, RedisFailureKind.ServerError],
        static kind => Assert.True(kind.RefusesCommand() && kind.NeedsConfiguration() && !kind.EndsConnection()));

    [Fact]
    public void What_the_server_quotes_of_our_arguments_is_not_passed_on()
    {
        var error = ErrorReply.ToFailure("EVALSHA", "ERR unknown command 'EVALSHA', with args beginning with: 'sha' '2' 'secret-customer' ");
        Assert.DoesNotContain("secret-customer", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("unknown command 'EVALSHA'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_of_any_length_and_content_becomes_one_short_line()
    {
        var cleaned = ErrorReply.Clean("ERR a\nb\tc" + new string('x', 10_000));
        Assert.StartsWith("ERR a b c", cleaned, StringComparison.Ordinal);
        Assert.InRange(cleaned.Length, 1, 300);
    }

    [Fact]
    public void Cluster_errors_say_what_to_do() =>
        Assert.Contains("cluster mode is not supported", ErrorReply.ToFailure("apply", "MOVED 3999 127.0.0.1:6381").Message, StringComparison.Ordinal);
}
