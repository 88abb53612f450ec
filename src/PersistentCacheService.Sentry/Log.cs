using Microsoft.Extensions.Logging;

namespace PersistentCacheService.Sentry;

/// <summary>All log messages of this project. Its category is never reported to Sentry, so that a broken Sentry reports no broken Sentry.</summary>
internal static partial class Log
{
    [LoggerMessage(501, LogLevel.Information, "Errors are reported to Sentry at {Host}, project {ProjectId}.")]
    public static partial void Enabled(ILogger logger, string host, string projectId);

    [LoggerMessage(502, LogLevel.Warning, "The Sentry DSN is malformed, errors are not reported: {Problem}.")]
    public static partial void MalformedDsn(ILogger logger, string problem);

    [LoggerMessage(503, LogLevel.Warning, "An error event could not be delivered to Sentry: {Reason}. Further failures are only counted, until one is delivered.")]
    public static partial void DeliveryFailed(ILogger logger, string reason);

    [LoggerMessage(504, LogLevel.Information, "Sentry takes error events again.")]
    public static partial void DeliveryRecovered(ILogger logger);
}
