using System.Text;
using PersistentCacheService.Redis.Protocol;

namespace PersistentCacheService.Redis.Tests.Protocol;

public sealed class ErrorReplyTests
{
    [Theory]
    [InlineData("NOSCRIPT No matching script. Please use EVAL.", RedisErrorKind.NoScript, RedisErrorAdvice.ReloadScript)]
    [InlineData("READONLY You can't write against a read only replica.", RedisErrorKind.ReadOnly, RedisErrorAdvice.Reconnect)]
    [InlineData("READONLY You can't write against a read only replica. script: 7fe8, on @user_script:1.", RedisErrorKind.ReadOnly, RedisErrorAdvice.Reconnect)]
    [InlineData("ERR Error running script (call to f_7fe8): @user_script:1: @user_script: 1: -READONLY You can't write against a read only replica.", RedisErrorKind.ReadOnly, RedisErrorAdvice.Reconnect)]
    [InlineData("ERR Error running script (call to f_7fe8): @user_script:1: -OOM command not allowed when used memory > 'maxmemory'.", RedisErrorKind.OutOfMemory, RedisErrorAdvice.RetryLater)]
    [InlineData("ERR Error running script (call to f_7fe8): @user_script:1: -MASTERDOWN Link with MASTER is down", RedisErrorKind.MasterDown, RedisErrorAdvice.Reconnect)]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'.", RedisErrorKind.OutOfMemory, RedisErrorAdvice.RetryLater)]
    [InlineData("LOADING Redis is loading the dataset in memory", RedisErrorKind.Loading, RedisErrorAdvice.RetryLater)]
    [InlineData("BUSY Redis is busy running a script.", RedisErrorKind.Busy, RedisErrorAdvice.RetryLater)]
    [InlineData("TRYAGAIN Multiple keys request during rehashing of slot", RedisErrorKind.TryAgain, RedisErrorAdvice.RetryLater)]
    [InlineData("NOREPLICAS Not enough good replicas to write.", RedisErrorKind.NoReplicas, RedisErrorAdvice.RetryLater)]
    [InlineData("MISCONF Redis is configured to save RDB snapshots", RedisErrorKind.PersistenceFailed, RedisErrorAdvice.RetryLater)]
    [InlineData("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", RedisErrorKind.MasterDown, RedisErrorAdvice.Reconnect)]
    [InlineData("NOAUTH Authentication required.", RedisErrorKind.AuthenticationRequired, RedisErrorAdvice.Reconnect)]
    [InlineData("DENIED Redis is running in protected mode", RedisErrorKind.AuthenticationRequired, RedisErrorAdvice.Reconnect)]
    [InlineData("WRONGPASS invalid username-password pair or user is disabled.", RedisErrorKind.AuthenticationFailed, RedisErrorAdvice.Reconnect)]
    [InlineData("ERR invalid password", RedisErrorKind.AuthenticationFailed, RedisErrorAdvice.Reconnect)]
    [InlineData("ERR Client sent AUTH, but no password is set", RedisErrorKind.AuthenticationFailed, RedisErrorAdvice.Reconnect)]
    [InlineData("ERR AUTH <password> called without any password configured for the default user.", RedisErrorKind.AuthenticationFailed, RedisErrorAdvice.Reconnect)]
    [InlineData("ERR max number of clients reached", RedisErrorKind.MaxClients, RedisErrorAdvice.Reconnect)]
    [InlineData("ERR Protocol error: invalid bulk length", RedisErrorKind.ProtocolViolation, RedisErrorAdvice.Reconnect)]
    [InlineData("NOPERM this user has no permissions to run the 'ping' command", RedisErrorKind.NoPermission, RedisErrorAdvice.Fail)]
    [InlineData("ERR The user executing the script can't run this command or subcommand script: 7fe8", RedisErrorKind.NoPermission, RedisErrorAdvice.Fail)]
    [InlineData("WRONGTYPE Operation against a key holding the wrong kind of value", RedisErrorKind.WrongType, RedisErrorAdvice.Fail)]
    [InlineData("MOVED 3999 127.0.0.1:6381", RedisErrorKind.ClusterMode, RedisErrorAdvice.ClusterUnsupported)]
    [InlineData("ASK 3999 127.0.0.1:6381", RedisErrorKind.ClusterMode, RedisErrorAdvice.ClusterUnsupported)]
    [InlineData("CROSSSLOT Keys in request don't hash to the same slot", RedisErrorKind.ClusterMode, RedisErrorAdvice.ClusterUnsupported)]
    [InlineData("CLUSTERDOWN Hash slot not served", RedisErrorKind.ClusterMode, RedisErrorAdvice.ClusterUnsupported)]
    [InlineData("ERR SELECT is not allowed in cluster mode", RedisErrorKind.ClusterMode, RedisErrorAdvice.ClusterUnsupported)]
    [InlineData("ERR Script attempted to access a non local key in a cluster node", RedisErrorKind.ClusterMode, RedisErrorAdvice.ClusterUnsupported)]
    [InlineData("ERR syntax error", RedisErrorKind.ServerError, RedisErrorAdvice.Fail)]
    [InlineData("SOMETHINGNEW no client knows it", RedisErrorKind.ServerError, RedisErrorAdvice.Fail)]
    [InlineData("", RedisErrorKind.ServerError, RedisErrorAdvice.Fail)]
    public void An_error_reply_is_understood_by_its_first_word_or_by_what_a_script_wrapped(string text, RedisErrorKind kind, RedisErrorAdvice advice)
    {
        Assert.Equal(kind, ErrorReply.Classify(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(advice, kind.Advice());
    }

    [Theory]
    [InlineData(RedisErrorKind.ReadOnly, false)]
    [InlineData(RedisErrorKind.Loading, false)]
    [InlineData(RedisErrorKind.NoReplicas, false)]
    [InlineData(RedisErrorKind.OutOfMemory, true)]
    [InlineData(RedisErrorKind.ServerError, true)]
    public void Only_kinds_that_are_answered_before_the_first_write_prove_that_nothing_was_executed(RedisErrorKind kind, bool open) =>
        Assert.Equal(open, kind.LeavesExecutionOpen());

    [Fact]
    public void What_the_server_quotes_of_our_arguments_is_not_passed_on()
    {
        var error = ErrorReply.ToException("EVALSHA", "ERR unknown command 'EVALSHA', with args beginning with: 'sha' '2' 'secret-customer' "u8);
        Assert.DoesNotContain("secret-customer", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("unknown command 'EVALSHA'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_of_any_length_and_content_becomes_one_short_line()
    {
        var cleaned = ErrorReply.Clean(Encoding.UTF8.GetBytes("ERR a\nb\tc" + new string('x', 10_000)));
        Assert.StartsWith("ERR a b c", cleaned, StringComparison.Ordinal);
        Assert.InRange(cleaned.Length, 1, 300);
    }

    [Fact]
    public void Cluster_errors_say_what_to_do() =>
        Assert.Contains("cluster mode is not supported", ErrorReply.ToException("apply", "MOVED 3999 127.0.0.1:6381"u8).Message, StringComparison.Ordinal);
}
