using PersistentCacheService.Redis;

namespace PersistentCacheService.Commands;

/// <summary>What a failure of Redis means to a command.</summary>
internal static class RedisFailures
{
    /// <summary>Whether nothing but another configuration, here or of the server, cures it.</summary>
    public static bool NeedsConfiguration(this RedisErrorKind kind) => kind
        is RedisErrorKind.TlsFailed or RedisErrorKind.AuthenticationRequired or RedisErrorKind.AuthenticationFailed or RedisErrorKind.NoPermission
        or RedisErrorKind.NotPrimary or RedisErrorKind.ClusterMode or RedisErrorKind.WrongType or RedisErrorKind.ServerError;
}
