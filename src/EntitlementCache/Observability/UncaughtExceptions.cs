using EntitlementCache.Hosting;
using Microsoft.Extensions.Logging;

namespace EntitlementCache.Observability;

/// <summary>
/// An uncaught exception becomes a log line. Then the runtime prints it on standard error and ends the process; when standard error
/// that would wait forever, so the process ends without it after a while.
/// </summary>
internal static class UncaughtExceptions
{
    // Longer than the log and an error report take to get out.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private static ITimer? _end;

    /// <summary>Watches this process.</summary>
    /// <param name="log">Its log; nothing is written to it after such an exception.</param>
    /// <param name="logger">Writes to it.</param>
    public static void Watch(JsonLog log, ILogger logger) => AppDomain.CurrentDomain.UnhandledException += (_, arguments) =>
    {
        _end = TimeProvider.System.CreateTimer(static _ => Environment.Exit(ExitCodes.Crashed), null, Patience, Timeout.InfiniteTimeSpan);
        Log.Crashed(logger, arguments.ExceptionObject as Exception ?? new InvalidOperationException($"{arguments.ExceptionObject}"));
        log.Dispose();
    };
}
