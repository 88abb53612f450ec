using PersistentCacheService.Redis;

namespace PersistentCacheService.Consuming;

/// <summary>What a person can do about a Redis that takes no writes, in the words of the settings.</summary>
internal static class RedisRemedies
{
    /// <summary>The remedy, as the second half of a sentence.</summary>
    public static string For(RedisErrorKind kind) => kind switch
    {
        RedisErrorKind.NameNotResolved => "check REDIS_HOST and the cluster's DNS",
        RedisErrorKind.ConnectFailed or RedisErrorKind.ConnectTimeout or RedisErrorKind.NotConnected =>
            "check REDIS_HOST, REDIS_PORT, REDIS_TLS and that the network lets this process reach Redis",
        RedisErrorKind.TlsFailed => "check REDIS_TLS and REDIS_TLS_CA_FILE; the certificate must be valid for REDIS_HOST",
        RedisErrorKind.NotPrimary or RedisErrorKind.ReadOnly or RedisErrorKind.MasterDown => "point REDIS_HOST to the primary endpoint; during a failover it recovers by itself",
        RedisErrorKind.AuthenticationFailed or RedisErrorKind.AuthenticationRequired => "check REDIS_USERNAME and REDIS_PASSWORD or REDIS_PASSWORD_FILE",
        RedisErrorKind.NoPermission => "give the Redis user the rights in the documentation's ACL",
        RedisErrorKind.ClusterMode => "use a Redis with cluster mode disabled: no reader of this cache supports it",
        RedisErrorKind.OutOfMemory => "raise Redis's maxmemory or choose an eviction policy such as volatile-lru",
        RedisErrorKind.NoReplicas => "restore the replicas that min-replicas-to-write asks for",
        RedisErrorKind.PersistenceFailed => "look at Redis's log: it cannot save its data",
        RedisErrorKind.MaxClients => "raise Redis's maxclients or look for clients that leak connections",
        RedisErrorKind.Busy => "somebody's script blocks Redis: SCRIPT KILL ends it",
        _ => "it recovers by itself once Redis answers; look at Redis if it does not",
    };
}
