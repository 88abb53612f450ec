namespace EntitlementCache.Redis;

/// <summary>Everything that follows from a <see cref="RedisFailureKind"/>, in one table.</summary>
internal static class RedisFailures
{
    private const string RecoversByItself = "it recovers by itself once Redis answers; look at Redis if it does not";
    private const string Unreachable = "check REDIS_HOST, REDIS_PORT, REDIS_TLS and that the network lets this process reach Redis";
    private const string NoPrimary = "point REDIS_HOST to the primary endpoint; during a failover it recovers by itself";
    private const string Credentials = "check REDIS_USERNAME and REDIS_PASSWORD or REDIS_PASSWORD_FILE";
    private const string Token = "check this machine's clock, REDIS_USERNAME, REDIS_IAM_CLUSTER and the region, that the user is an IAM user in the cluster's user group, and that the policy allows elasticache:Connect (memorydb:connect) on cluster and user";

    /// <summary>What an operator can do, as the second half of a sentence.</summary>
    public static string Remedy(this RedisFailureKind kind) => Of(kind).Remedy;

    /// <summary>Whether the connection is of no use any more: drop it, resolve the name again, and look for the primary.</summary>
    public static bool EndsConnection(this RedisFailureKind kind) => Of(kind).Effect.HasFlag(Effect.EndsConnection);

    /// <summary>Whether the server refused the command for what it is: the same write is refused again until something is changed.</summary>
    public static bool RefusesCommand(this RedisFailureKind kind) => Of(kind).Effect.HasFlag(Effect.RefusesCommand);

    /// <summary>Whether only another configuration, here or of the server, helps.</summary>
    public static bool NeedsConfiguration(this RedisFailureKind kind) => Of(kind).Effect.HasFlag(Effect.NeedsConfiguration);

    /// <summary>Whether an operator has to act, so that connecting more often than at the slowest pace is only noise.</summary>
    public static bool NeedsOperator(this RedisFailureKind kind) =>
        kind.NeedsConfiguration() && kind is not (RedisFailureKind.NotPrimary or RedisFailureKind.WrongType);

    private static Rule Of(RedisFailureKind kind) => kind switch
    {
        RedisFailureKind.NotConnected => new(Effect.None, Unreachable),
        RedisFailureKind.NameNotResolved => new(Effect.None, "check REDIS_HOST and the cluster's DNS"),
        RedisFailureKind.ConnectFailed or RedisFailureKind.ConnectTimeout => new(Effect.None, Unreachable),
        RedisFailureKind.TlsFailed => new(
            Effect.NeedsConfiguration, "check REDIS_TLS and REDIS_TLS_CA_FILE, and REDIS_TLS_CERT_FILE where Redis demands a certificate; its own must be valid for REDIS_HOST, or for what the sentinels name"),
        RedisFailureKind.NoPrimaryKnown => new(Effect.None, "check REDIS_SENTINELS and REDIS_SENTINEL_MASTER, the sentinels' password, and that the network lets this process reach them"),
        RedisFailureKind.CredentialsUnavailable => new(
            Effect.None, "give this process an AWS identity (IRSA, Pod Identity, ECS, EC2), and let it reach what it gets the credentials from"),
        RedisFailureKind.NotPrimary => new(Effect.EndsConnection | Effect.NeedsConfiguration, NoPrimary),
        RedisFailureKind.ReadOnly or RedisFailureKind.MasterDown => new(Effect.EndsConnection, NoPrimary),
        RedisFailureKind.AuthenticationFailed or RedisFailureKind.AuthenticationRequired =>
            new(Effect.EndsConnection | Effect.NeedsConfiguration, Credentials),
        RedisFailureKind.TokenRefused => new(Effect.EndsConnection | Effect.NeedsConfiguration, Token),
        RedisFailureKind.NoPermission => new(Effect.RefusesCommand | Effect.NeedsConfiguration, "give the Redis user the rights in the documentation's ACL"),
        RedisFailureKind.ClusterMode =>
            new(Effect.EndsConnection | Effect.NeedsConfiguration, "use a Redis with cluster mode disabled: no reader of this cache supports it"),
        RedisFailureKind.OutOfMemory => new(Effect.None, "raise Redis's maxmemory or choose an eviction policy such as volatile-lru"),
        RedisFailureKind.NoReplicas => new(Effect.None, "restore the replicas that min-replicas-to-write asks for"),
        RedisFailureKind.PersistenceFailed => new(Effect.None, "look at Redis's log: it cannot save its data"),
        RedisFailureKind.MaxClients => new(Effect.EndsConnection, "raise Redis's maxclients or look for clients that leak connections"),
        RedisFailureKind.Busy => new(Effect.None, "a script blocks Redis: SCRIPT KILL ends it"),
        RedisFailureKind.ConnectionLost or RedisFailureKind.ServerSilent or RedisFailureKind.ProtocolViolation =>
            new(Effect.EndsConnection, RecoversByItself),
        RedisFailureKind.WrongType => new(Effect.RefusesCommand | Effect.NeedsConfiguration, "delete the key: another program stored something else than a string in it"),
        RedisFailureKind.NoSuchDatabase => new(Effect.RefusesCommand | Effect.NeedsConfiguration, "set REDIS_DB to a database that Redis has (its setting databases says how many, the first is 0)"),
        RedisFailureKind.CommandMissing => new(
            Effect.RefusesCommand | Effect.NeedsConfiguration, "let Redis neither rename nor disable (rename-command) what the worker needs: EVALSHA, EVAL, EXISTS, MGET, SET, DEL, PING, and with settings of their own SELECT and AUTH"),
        RedisFailureKind.ServerError =>
            new(Effect.RefusesCommand | Effect.NeedsConfiguration, "look up the answer in the documentation of this Redis, and check that it is one that is supported"),
        _ => new(Effect.None, RecoversByItself),
    };

    [Flags]
    private enum Effect
    {
        None = 0,
        EndsConnection = 1,
        RefusesCommand = 2,
        NeedsConfiguration = 4,
    }

    private readonly record struct Rule(Effect Effect, string Remedy);
}
