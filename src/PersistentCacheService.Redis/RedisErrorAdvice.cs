namespace PersistentCacheService.Redis;

/// <summary>What the caller of a failed command does next.</summary>
public enum RedisErrorAdvice
{
    /// <summary>Send it again after a pause; the connection is fine.</summary>
    RetryLater,

    /// <summary>The connection is gone or was given up; wait until the client is Ready again, then send it again if it is safe to repeat.</summary>
    Reconnect,

    /// <summary>Send the script's body (the client does that by itself, once).</summary>
    ReloadScript,

    /// <summary>Repeating cannot help until somebody changes configuration or code.</summary>
    Fail,

    /// <summary>Repeating cannot help: the server runs in cluster mode.</summary>
    ClusterUnsupported,
}
