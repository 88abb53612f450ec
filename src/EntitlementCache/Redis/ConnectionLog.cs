using EntitlementCache.Observability;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging;

namespace EntitlementCache.Redis;

/// <summary>Chooses the log line for what happens to the connection. Used by the loop of <see cref="RedisClient"/> alone.</summary>
/// <param name="settings">What is connected to.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
internal sealed class ConnectionLog(RedisSettings settings, TimeProvider time, ILogger logger)
{
    // An outage of hours should leave a trace every half minute, not one for each attempt.
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(30);

    private readonly string _server = settings.ToString();
    private LogBudget _repeats = new(RepeatInterval, time);
    private bool _roleWarned;

    /// <summary>The connection is made, after so many attempts.</summary>
    public void Connected(ConnectionAttempt attempt, int attempts)
    {
        if (attempt.Named is { } primary && settings.Sentinel is { } sentinel)
        {
            Log.PrimaryNamed(logger, primary.Votes, primary.Sentinels, primary.Address, sentinel.Master);
        }

        Log.Connected(logger, _server, attempts);
        if (!attempt.RoleKnown && !_roleWarned)
        {
            _roleWarned = true;
            Log.RoleUnknown(logger, _server);
        }

        _repeats = new LogBudget(RepeatInterval, time);
    }

    /// <summary>A connection ended.</summary>
    public void Ended(RedisFailureException reason, int delayInMs) => Log.Disconnected(logger, _server, reason.Kind, reason.Message, delayInMs);

    /// <summary>An attempt to connect failed. Repetitions are for debugging only.</summary>
    public void Failed(RedisFailureException reason, int delayInMs)
    {
        if (!_repeats.MayPrint(reason.Kind.ToString(), out var suppressed))
        {
            Log.ConnectFailed(logger, LogLevel.Debug, _server, reason.Kind, reason.Message, delayInMs, suppressed: 0);
            return;
        }

        switch (reason.Kind)
        {
            case RedisFailureKind.AuthenticationFailed or RedisFailureKind.AuthenticationRequired:
                Log.AuthenticationFailed(logger, _server, reason.Message, delayInMs, suppressed);
                break;
            case RedisFailureKind.TokenRefused:
                Log.TokenRefused(logger, _server, reason.Message, reason.Kind.Remedy(), delayInMs, suppressed);
                break;
            case RedisFailureKind.NotPrimary:
                Log.ReplicaRefused(logger, _server, reason.Message, delayInMs, suppressed);
                break;
            case RedisFailureKind.ClusterMode:
                Log.ClusterUnsupported(logger, _server, reason.Message, delayInMs, suppressed);
                break;
            default:
                Log.ConnectFailed(logger, LogLevel.Warning, _server, reason.Kind, reason.Message, delayInMs, suppressed);
                break;
        }
    }

    /// <summary>Something failed that should not be able to.</summary>
    public void Unexpected(Exception exception) => Log.ConnectionFailedUnexpectedly(logger, exception, _server);
}
