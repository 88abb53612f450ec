namespace PersistentCacheService.Redis;

/// <summary>A command or a connection attempt failed. Messages never hold keys, values or passwords.</summary>
public sealed class RedisException : Exception
{
    /// <summary>Describes a failure.</summary>
    public RedisException(RedisErrorKind kind, string message, bool maybeExecuted = false, Exception? innerException = null)
        : base(message, innerException)
    {
        Kind = kind;
        MaybeExecuted = maybeExecuted;
    }

    /// <summary>What went wrong.</summary>
    public RedisErrorKind Kind { get; }

    /// <summary>
    /// False: the server certainly did not execute the command. True: it may have, so only a command that is safe to repeat is sent again.
    /// </summary>
    public bool MaybeExecuted { get; }
}
