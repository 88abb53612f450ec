namespace PersistentCacheService.Redis;

/// <summary>Where the client's one connection is in its life.</summary>
public enum RedisConnectionState
{
    /// <summary>No connection; the next attempt comes after a pause (or after <see cref="RedisClient.Start"/>).</summary>
    Disconnected,

    /// <summary>Resolving the name, connecting, TLS.</summary>
    Connecting,

    /// <summary>Connected; password, database and role are being settled.</summary>
    Handshaking,

    /// <summary>Commands are accepted: the server is a primary and answers.</summary>
    Ready,

    /// <summary>Closing: no new commands, those in hand are still finished.</summary>
    Draining,

    /// <summary>Disposed; the last state.</summary>
    Closed,
}
