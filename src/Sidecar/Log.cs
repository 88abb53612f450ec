using EntitlementCache.EdgeApi;
using EntitlementCache.Observability;

namespace Sidecar;

/// <summary>Every log message that only the Sidecar has. Event ids from 3000; what it shares with the worker has the worker's. No message carries a value, a key or a secret.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "Starting {Version}: gRPC on port {Port}, HTTP on port {HttpPort}, cache {Cache}")]
    public static partial void Starting(ILogger logger, string version, int port, int httpPort, string cache);

    [LoggerMessage(3001, LogLevel.Information, "Sidecar is ready")]
    public static partial void Ready(ILogger logger);

    [LoggerMessage(3002, LogLevel.Information, "Stopping: calls are taken for {Delay} s more, then those in flight have {Seconds} s")]
    public static partial void Stopping(ILogger logger, double delay, double seconds);

    [LoggerMessage(3003, LogLevel.Warning, "Initialization failed: {Result}. {Cause}. Reads are still answered; tried again in {Seconds} s")]
    public static partial void InitializationFailed(ILogger logger, EdgeResult result, string cause, double seconds);

    [LoggerMessage(3004, LogLevel.Information, "HTTP/JSON is not served: TLS_CLIENT_CA_FILE is set, and the HTTP port asks for no certificate")]
    public static partial void JsonNotServed(ILogger logger);

    [LoggerMessage(3100, LogLevel.Warning, "The cache failed: {Failure}. The Edge API answers instead{Suppressed}")]
    public static partial void CacheFailed(ILogger logger, string failure, Suppressed suppressed);

    [LoggerMessage(3101, LogLevel.Warning, "A write to the Stigg API failed: {Status}. {Reason}{Suppressed}")]
    public static partial void WriteFailed(ILogger logger, string status, string reason, Suppressed suppressed);

    [LoggerMessage(3102, LogLevel.Error, "A read failed unexpectedly and was answered by what is still cached, else by the fallback{Suppressed}")]
    public static partial void ReadFailed(ILogger logger, Exception exception, Suppressed suppressed);

    [LoggerMessage(3103, LogLevel.Error, "{Call} failed unexpectedly{Suppressed}")]
    public static partial void CallFailed(ILogger logger, string call, Exception exception, Suppressed suppressed);

    [LoggerMessage(3104, LogLevel.Warning, "Too many customers are fetched at once: {Concurrency} fetches ask Stigg, others wait up to {Seconds} s, and what cannot wait is answered by what is still cached, else by the fallback. EDGE_API_CONCURRENCY allows more{Suppressed}")]
    public static partial void TooManyFetches(ILogger logger, int concurrency, double seconds, Suppressed suppressed);

    [LoggerMessage(3105, LogLevel.Information, "A customer's cache entry was not written: an SDK held its lock. The next miss or report writes it{Suppressed}")]
    public static partial void CustomerLocked(ILogger logger, Suppressed suppressed);

    [LoggerMessage(3200, LogLevel.Information, "Real-time updates flow; the cache was cleared")]
    public static partial void RealtimeConnected(ILogger logger);

    [LoggerMessage(EventId = 3201, Message = "Real-time updates are interrupted: {Reason}. Entries are fetched again when they are 30 s old; connecting again in {Seconds:0.0} s{Suppressed}")]
    public static partial void RealtimeInterrupted(ILogger logger, LogLevel level, string reason, double seconds, Suppressed suppressed);

    [LoggerMessage(3202, LogLevel.Warning, "A real-time update was ignored: {Problem}{Suppressed}")]
    public static partial void EventIgnored(ILogger logger, string problem, Suppressed suppressed);
}
