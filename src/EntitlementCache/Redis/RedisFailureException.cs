namespace EntitlementCache.Redis;

/// <summary>A command or an attempt to connect failed. The message never holds a key, a value or a password.</summary>
internal sealed class RedisFailureException(RedisFailureKind kind, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What went wrong.</summary>
    public RedisFailureKind Kind { get; } = kind;
}
