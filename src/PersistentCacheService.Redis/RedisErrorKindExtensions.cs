namespace PersistentCacheService.Redis;

/// <summary>The rules that hang on a <see cref="RedisErrorKind"/>.</summary>
public static class RedisErrorKindExtensions
{
    /// <summary>What the caller of a command that failed with <paramref name="kind"/> does next.</summary>
    public static RedisErrorAdvice Advice(this RedisErrorKind kind) => kind switch
    {
        RedisErrorKind.Timeout or RedisErrorKind.Overloaded or RedisErrorKind.Loading or RedisErrorKind.Busy or RedisErrorKind.TryAgain
            or RedisErrorKind.OutOfMemory or RedisErrorKind.NoReplicas or RedisErrorKind.PersistenceFailed => RedisErrorAdvice.RetryLater,
        RedisErrorKind.NoScript => RedisErrorAdvice.ReloadScript,
        RedisErrorKind.NoPermission or RedisErrorKind.WrongType or RedisErrorKind.ServerError or RedisErrorKind.Closed => RedisErrorAdvice.Fail,
        RedisErrorKind.ClusterMode => RedisErrorAdvice.ClusterUnsupported,
        _ => RedisErrorAdvice.Reconnect,
    };

    /// <summary>
    /// Whether an error reply of this kind leaves open that something was executed. The other kinds are answered before a command or a
    /// script writes. OOM is not one of them: a script can meet it after its first write.
    /// </summary>
    internal static bool LeavesExecutionOpen(this RedisErrorKind replyKind) => replyKind
        is RedisErrorKind.OutOfMemory or RedisErrorKind.ServerError or RedisErrorKind.WrongType or RedisErrorKind.NoPermission;

    /// <summary>Whether only a person can end the condition, so that trying to connect more often than at the slowest pace is noise.</summary>
    internal static bool NeedsAPerson(this RedisErrorKind kind) => kind
        is RedisErrorKind.AuthenticationFailed or RedisErrorKind.AuthenticationRequired or RedisErrorKind.NoPermission
        or RedisErrorKind.ClusterMode or RedisErrorKind.TlsFailed or RedisErrorKind.ServerError;
}
