using LocalSqs.Protocol;

namespace LocalSqs;

/// <summary>All log messages of the emulator.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "{Operation} failed inside the emulator: this is a defect of it.")]
    public static partial void RequestFailed(ILogger logger, SqsOperation operation, Exception exception);
}
