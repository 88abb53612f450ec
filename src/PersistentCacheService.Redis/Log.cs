using Microsoft.Extensions.Logging;

namespace PersistentCacheService.Redis;

/// <summary>Everything this project logs. Neither keys nor values nor secrets.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 2001, Level = LogLevel.Information, Message = "Connected to Redis {Server} after {Attempts} attempt(s)")]
    public static partial void Connected(ILogger logger, string server, int attempts);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning, Message = "Connection to Redis {Server} ended ({Kind}): {Reason} Next attempt in {DelayInMs} ms")]
    public static partial void Disconnected(ILogger logger, string server, RedisErrorKind kind, string reason, int delayInMs);

    [LoggerMessage(EventId = 2003, Message = "Cannot connect to Redis {Server} ({Kind}): {Reason} Next attempt in {DelayInMs} ms; {Suppressed} such message(s) were held back")]
    public static partial void ConnectFailed(
        ILogger logger, LogLevel level, string server, RedisErrorKind kind, string reason, int delayInMs, int suppressed);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Error, Message = "Redis {Server} refuses user name or password (REDIS_USERNAME, REDIS_PASSWORD): {Reason} Next attempt in {DelayInMs} ms; {Suppressed} such message(s) were held back")]
    public static partial void AuthenticationFailed(ILogger logger, string server, string reason, int delayInMs, int suppressed);

    [LoggerMessage(EventId = 2005, Level = LogLevel.Warning, Message = "Redis {Server} is not a primary and is not used: {Reason} Next attempt in {DelayInMs} ms; {Suppressed} such message(s) were held back")]
    public static partial void ReplicaRefused(ILogger logger, string server, string reason, int delayInMs, int suppressed);

    [LoggerMessage(EventId = 2006, Level = LogLevel.Error, Message = "Redis {Server} runs in cluster mode, which is not supported; use a single primary: {Reason} Next attempt in {DelayInMs} ms; {Suppressed} such message(s) were held back")]
    public static partial void ClusterUnsupported(ILogger logger, string server, string reason, int delayInMs, int suppressed);

    [LoggerMessage(EventId = 2007, Level = LogLevel.Warning, Message = "The ACL of Redis {Server} permits neither ROLE nor INFO: cannot check that it is a primary")]
    public static partial void RoleUnknown(ILogger logger, string server);

    [LoggerMessage(EventId = 2008, Level = LogLevel.Error, Message = "A subscriber of StatusChanged threw")]
    public static partial void SubscriberFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2009, Level = LogLevel.Warning, Message = "Redis {Server} did not answer all commands in hand within {TimeoutInMs} ms of closing")]
    public static partial void DrainTimedOut(ILogger logger, string server, int timeoutInMs);

    [LoggerMessage(EventId = 2010, Level = LogLevel.Critical, Message = "The Redis client's connection loop ended unexpectedly")]
    public static partial void LoopFailed(ILogger logger, Exception exception);
}
