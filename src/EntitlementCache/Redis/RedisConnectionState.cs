namespace EntitlementCache.Redis;

/// <summary>Where the one connection is in its life.</summary>
internal enum RedisConnectionState
{
    /// <summary>No connection; the next attempt comes after a pause (or after <see cref="RedisClient.Start"/>).</summary>
    Disconnected,

    /// <summary>Resolving the name, connecting, TLS, password, database and role.</summary>
    Connecting,

    /// <summary>Commands are accepted: the server is a primary and answers.</summary>
    Ready,

    /// <summary>Disposed; the last state.</summary>
    Closed,
}
