namespace PersistentCacheService.Redis;

/// <summary>
/// Is told what a <see cref="RedisClient"/> does, for somebody to measure it. Called from its loops and on the way of each command: return at once
/// and never throw.
/// </summary>
public interface IRedisObserver
{
    /// <summary>An attempt to connect made the client Ready.</summary>
    void Connected();

    /// <summary>An attempt to connect failed; its kind of error is told, too.</summary>
    void ConnectFailed();

    /// <summary>Commands failed, or a connection could not be made or ended.</summary>
    /// <param name="kind">Why.</param>
    /// <param name="times">How many, 1 or more.</param>
    void Failed(RedisErrorKind kind, int times);

    /// <summary>A command had its reply, an error not being one.</summary>
    /// <param name="duration">Time since it was handed over.</param>
    void Answered(TimeSpan duration);
}
