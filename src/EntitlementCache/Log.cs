using EntitlementCache.EdgeApi;
using EntitlementCache.Observability;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging;

namespace EntitlementCache;

/// <summary>
/// Every log message that worker and Sidecar share. Event ids are stable and unique over both: 500 error reports, 1000 the process, 1400 Edge API, 1700 who names the primary and proves the user, 2000 the
/// connection to Redis. No message carries a value, a key or a secret; lines that a <see cref="LogBudget"/> limits end with how many similar ones were suppressed.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(501, LogLevel.Information, "Errors are reported to Sentry at {Host}, project {ProjectId}")]
    public static partial void ErrorsReported(ILogger logger, string host, string projectId);

    [LoggerMessage(502, LogLevel.Warning, "The Sentry DSN is malformed: errors are not reported")]
    public static partial void MalformedDsn(ILogger logger);

    [LoggerMessage(503, LogLevel.Warning, "An error event could not be delivered to Sentry ({Problem}). Further failures are only counted, until one is delivered")]
    public static partial void ErrorNotReported(ILogger logger, string problem);

    [LoggerMessage(504, LogLevel.Information, "Sentry takes error events again")]
    public static partial void ErrorsReportedAgain(ILogger logger);

    [LoggerMessage(1000, LogLevel.Critical, "Wrong setting: {Problem}")]
    public static partial void WrongSetting(ILogger logger, string problem);

    [LoggerMessage(1001, LogLevel.Critical, "Not started: {Count} problems in the environment variables, listed above (exit code {ExitCode})")]
    public static partial void NotStarted(ILogger logger, int count, int exitCode);

    [LoggerMessage(1007, LogLevel.Critical, "The service ends because of an error")]
    public static partial void Crashed(ILogger logger, Exception exception);

    [LoggerMessage(1010, LogLevel.Warning, "{Lines} log lines were dropped: standard output was not read fast enough, or not at all")]
    public static partial void LinesDropped(ILogger logger, long lines);

    [LoggerMessage(1011, LogLevel.Warning, "Risky setting: {Warning}")]
    public static partial void RiskySetting(ILogger logger, string warning);

    [LoggerMessage(1400, LogLevel.Error, "The Edge API refuses the key ({Result}); {Remedy}. {Consequence}{Suppressed}")]
    public static partial void EdgeApiRefusesKey(ILogger logger, EdgeResult result, string remedy, string consequence, Suppressed suppressed);

    [LoggerMessage(1401, LogLevel.Warning, "A call to the Edge API failed with {Result} and is retried: {Cause}{Suppressed}")]
    public static partial void EdgeCallFailed(ILogger logger, EdgeResult result, string cause, Suppressed suppressed);

    [LoggerMessage(1402, LogLevel.Warning, "Calls to the Edge API pause for {Seconds:0.0} s ({Result}). {Consequence}")]
    public static partial void EdgeApiPauses(ILogger logger, EdgeResult result, double seconds, string consequence);

    [LoggerMessage(1403, LogLevel.Information, "The Edge API answers again after {Seconds:0.0} s ({Result})")]
    public static partial void EdgeApiUsableAgain(ILogger logger, double seconds, EdgeResult result);

    [LoggerMessage(1404, LogLevel.Warning, "An answer of the Edge API cannot be used ({Result}): {Cause}{Suppressed}")]
    public static partial void EdgeAnswerUnusable(ILogger logger, EdgeResult result, string cause, Suppressed suppressed);

    [LoggerMessage(1410, LogLevel.Information, "The Edge API's configuration names no Sentry: errors are only logged")]
    public static partial void NoRemoteSentry(ILogger logger);

    [LoggerMessage(1411, LogLevel.Warning, "The Edge API's configuration could not be read ({Result}): {Cause}. Errors wait for a Sentry DSN; next attempt in {Seconds:0} s")]
    public static partial void ConfigurationUnreadable(ILogger logger, EdgeResult result, string cause, double seconds);

    [LoggerMessage(1700, LogLevel.Information, "{Votes} of {Sentinels} sentinels name {Primary} as the primary of {Master}")]
    public static partial void PrimaryNamed(ILogger logger, int votes, int sentinels, HostAndPort primary, string master);

    [LoggerMessage(1701, LogLevel.Error, "Redis {Server} refuses the IAM token (REDIS_AUTH): {Reason} {Remedy}. Next attempt in {DelayInMs} ms{Suppressed}")]
    public static partial void TokenRefused(ILogger logger, string server, string reason, string remedy, int delayInMs, Suppressed suppressed);

    [LoggerMessage(1702, LogLevel.Information, "The login at Redis {Server} was renewed with a new IAM token")]
    public static partial void LoginRenewed(ILogger logger, string server);

    [LoggerMessage(1703, LogLevel.Warning, "The login at Redis {Server} could not be renewed and is tried again every minute; AWS ends the connection 12 hours after the last one. Cause: {Reason}{Suppressed}")]
    public static partial void LoginNotRenewed(ILogger logger, string server, string reason, Suppressed suppressed);

    [LoggerMessage(2001, LogLevel.Information, "Connected to Redis {Server} after {Attempts} attempt(s)")]
    public static partial void Connected(ILogger logger, string server, int attempts);

    [LoggerMessage(2002, LogLevel.Warning, "Connection to Redis {Server} ended ({Kind}): {Reason} Next attempt in {DelayInMs} ms")]
    public static partial void Disconnected(ILogger logger, string server, RedisFailureKind kind, string reason, int delayInMs);

    [LoggerMessage(EventId = 2003, Message = "Cannot connect to Redis {Server} ({Kind}): {Reason} Next attempt in {DelayInMs} ms{Suppressed}")]
    public static partial void ConnectFailed(
        ILogger logger, LogLevel level, string server, RedisFailureKind kind, string reason, int delayInMs, Suppressed suppressed);

    [LoggerMessage(2004, LogLevel.Error, "Redis {Server} refuses user name or password (REDIS_USERNAME, REDIS_PASSWORD): {Reason} Next attempt in {DelayInMs} ms{Suppressed}")]
    public static partial void AuthenticationFailed(ILogger logger, string server, string reason, int delayInMs, Suppressed suppressed);

    [LoggerMessage(2005, LogLevel.Warning, "Redis {Server} is not a primary and is not used: {Reason} Next attempt in {DelayInMs} ms{Suppressed}")]
    public static partial void ReplicaRefused(ILogger logger, string server, string reason, int delayInMs, Suppressed suppressed);

    [LoggerMessage(2006, LogLevel.Error, "Redis {Server} runs in cluster mode, which is not supported; use a single primary: {Reason} Next attempt in {DelayInMs} ms{Suppressed}")]
    public static partial void ClusterUnsupported(ILogger logger, string server, string reason, int delayInMs, Suppressed suppressed);

    [LoggerMessage(2007, LogLevel.Warning, "The ACL of Redis {Server} permits neither ROLE nor INFO: cannot check that it is a primary")]
    public static partial void RoleUnknown(ILogger logger, string server);

    [LoggerMessage(2010, LogLevel.Error, "The connection to Redis {Server} failed for a reason that was not foreseen; it is made again")]
    public static partial void ConnectionFailedUnexpectedly(ILogger logger, Exception exception, string server);
}
