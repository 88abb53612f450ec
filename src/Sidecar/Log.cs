using Microsoft.Extensions.Logging;

namespace Sidecar;

/// <summary>Every log message of the Sidecar.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "{Problem}")]
    public static partial void WrongSetting(ILogger logger, string problem);

    [LoggerMessage(2, LogLevel.Error, "Not started: {Count} problems in the settings. Exit code {ExitCode}.")]
    public static partial void NotStarted(ILogger logger, int count, int exitCode);

    [LoggerMessage(3, LogLevel.Information, "Sidecar is ready: gRPC on port {Port}, HTTP on port {HttpPort}, cache {Cache}.")]
    public static partial void Ready(ILogger logger, int port, int httpPort, string cache);

    [LoggerMessage(4, LogLevel.Critical, "Crashed.")]
    public static partial void Crashed(ILogger logger, Exception exception);

    [LoggerMessage(10, LogLevel.Warning, "A call to the Edge API failed: {Result}. {Cause}")]
    public static partial void EdgeCallFailed(ILogger logger, string result, string cause);

    [LoggerMessage(11, LogLevel.Warning, "Redis failed: {Failure}. Reads ask the Edge API.")]
    public static partial void RedisFailed(ILogger logger, string failure);

    [LoggerMessage(12, LogLevel.Warning, "Initialization failed: {Result}. {Cause} Retried in the background.")]
    public static partial void InitializationFailed(ILogger logger, string result, string cause);

    [LoggerMessage(13, LogLevel.Warning, "A write to the Stigg API failed: {Status}. {Reason}")]
    public static partial void WriteFailed(ILogger logger, string status, string reason);

    [LoggerMessage(14, LogLevel.Warning, "Real-time updates were interrupted: {Failure}. The cache is cleared; reconnecting in {Seconds:0.0} s.")]
    public static partial void RealtimeInterrupted(ILogger logger, string failure, double seconds);

    [LoggerMessage(15, LogLevel.Information, "Real-time updates are connected.")]
    public static partial void RealtimeConnected(ILogger logger);

    [LoggerMessage(16, LogLevel.Error, "A call failed unexpectedly; it was answered by the fallback.")]
    public static partial void ReadFailed(ILogger logger, Exception exception);
}
