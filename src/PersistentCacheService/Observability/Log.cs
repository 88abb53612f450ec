using EntitlementCache.Messages;
using EntitlementCache.Observability;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Auditing;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Warming;

namespace PersistentCacheService.Observability;

/// <summary>
/// Every log message that only the worker has; what it shares with the Sidecar has the library's <see cref="EntitlementCache.Log"/>. Event ids are stable: 1000 host,
/// 1100 queue, 1200 messages, 1250 the sweep, 1270 the refill, 1280 the audit, 1300 the write gate, 1400 refreshes, 1730 tracing. No message carries a message body, a value, a key
/// or a secret; lines that a
/// <see cref="LogBudget"/> limits end with how many similar ones were suppressed.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(1002, LogLevel.Information, "Starting {Version}: queue {Queue} ({Region}, batches of {BatchSize}, {Consumers} consumers, at most {MaxInFlight} messages in flight), Redis {Redis}, prefix {Prefix}, layout {Layout}, policy {Policy}, expiry {TtlInSeconds} s, port {Port}")]
    public static partial void Starting(
        ILogger logger, string version, string queue, string region, int batchSize, int consumers, int maxInFlight, string redis, string prefix,
        CacheLayout layout, CacheUpdatePolicy policy, int ttlInSeconds, int port);

    [LoggerMessage(1003, LogLevel.Information, "Ready after {Milliseconds} ms: Redis accepts writes, the queue answers")]
    public static partial void Ready(ILogger logger, long milliseconds);

    [LoggerMessage(1004, LogLevel.Information, "Stopping: {InHand} messages and receive calls in flight, at most {Seconds} s")]
    public static partial void Stopping(ILogger logger, int inHand, double seconds);

    [LoggerMessage(1005, LogLevel.Information, "Stopped after {Seconds:0.00} s, everything finished: {Finished}, left to be delivered again: {Left}")]
    public static partial void Stopped(ILogger logger, double seconds, bool finished, int left);

    [LoggerMessage(1006, LogLevel.Information, "{Processed} messages processed in {Seconds:0} s ({PerSecond:0.0}/s), {Failed} failed, {Malformed} malformed, largest lag {LagInSeconds:0.0} s, {InFlight} in flight{Sweep}")]
    public static partial void Summary(ILogger logger, long processed, double seconds, double perSecond, long failed, long malformed, double lagInSeconds, int inFlight, string sweep);

    [LoggerMessage(1008, LogLevel.Critical, "Out of memory: what failed is returned to the queue, and nothing is received for {Seconds} s. Raise the memory limit or lower MAX_IN_FLIGHT_MESSAGES{Suppressed}")]
    public static partial void OutOfMemory(ILogger logger, Exception exception, double seconds, Suppressed suppressed);

    [LoggerMessage(1009, LogLevel.Critical, "Memory has been short for {Seconds} s: the service stops and expects to be restarted (exit code {ExitCode})")]
    public static partial void MemoryStaysShort(ILogger logger, double seconds, int exitCode);

    [LoggerMessage(1100, LogLevel.Error, "The queue cannot be used: {Operation} failed with {Kind}; {Remedy}. Cause: {Cause}{Suppressed}")]
    public static partial void QueueUnusable(ILogger logger, string operation, SqsErrorKind kind, string remedy, string cause, Suppressed suppressed);

    [LoggerMessage(1101, LogLevel.Warning, "{Operation} failed with {Kind} and is retried; {Remedy}. Cause: {Cause}{Suppressed}")]
    public static partial void QueueCallFailed(ILogger logger, string operation, SqsErrorKind kind, string remedy, string cause, Suppressed suppressed);

    [LoggerMessage(1102, LogLevel.Error, "{Operation} failed unexpectedly and is retried{Suppressed}")]
    public static partial void QueueCallFailedUnexpectedly(ILogger logger, Exception exception, string operation, Suppressed suppressed);

    [LoggerMessage(1103, LogLevel.Information, "{Operation} succeeds again after {Seconds:0.0} s ({Kind})")]
    public static partial void QueueUsableAgain(ILogger logger, string operation, double seconds, SqsErrorKind kind);

    [LoggerMessage(1104, LogLevel.Debug, "Consumer {Number} pauses {Seconds:0.0} s: {Cause}")]
    public static partial void ReceiveFailed(ILogger logger, int number, double seconds, string cause);

    [LoggerMessage(1105, LogLevel.Warning, "Queue {Queue}: {Warning}")]
    public static partial void QueueWarning(ILogger logger, string queue, string warning);

    [LoggerMessage(1106, LogLevel.Warning, "The queue's attributes may not be read (sqs:GetQueueAttributes); a visibility timeout of 30 s is assumed unless VISIBILITY_TIMEOUT_IN_SECS is set. Cause: {Cause}")]
    public static partial void QueueAttributesDenied(ILogger logger, string cause);

    [LoggerMessage(1107, LogLevel.Warning, "The queue's redrive policy cannot be read: {Cause}")]
    public static partial void RedrivePolicyUnreadable(ILogger logger, string cause);

    [LoggerMessage(1108, LogLevel.Information, "The queue is called with AWS credentials of {Provider}, expiry {Expiration}")]
    public static partial void CredentialsFound(ILogger logger, string provider, string expiration);

    [LoggerMessage(1109, LogLevel.Information, "AWS credentials renewed by {Provider}, expiry {Expiration}")]
    public static partial void CredentialsRenewed(ILogger logger, string provider, string expiration);

    [LoggerMessage(1120, LogLevel.Warning, "The credentials of {Source} could not be renewed; the queue is used with the old ones for {Minutes:0} more minutes, and they are asked for again. Cause: {Cause}{Suppressed}")]
    public static partial void CredentialsNotRenewed(ILogger logger, string source, double minutes, string cause, Suppressed suppressed);

    [LoggerMessage(1110, LogLevel.Debug, "{Entries} acknowledgements are retried: {Cause}")]
    public static partial void DeleteCallFailed(ILogger logger, int entries, string cause);

    [LoggerMessage(1111, LogLevel.Warning, "The queue refuses to delete message {MessageId}: {Code} {Cause}; it will be delivered again{Suppressed}")]
    public static partial void DeleteRefused(ILogger logger, string messageId, string? code, string? cause, Suppressed suppressed);

    [LoggerMessage(1112, LogLevel.Warning, "{Entries} processed messages were not deleted before their handles expired; they will be delivered again{Suppressed}")]
    public static partial void HandlesExpired(ILogger logger, int entries, Suppressed suppressed);

    [LoggerMessage(1113, LogLevel.Debug, "Message {MessageId} could not be returned: {Code} {Cause}; it comes back after its visibility timeout")]
    public static partial void ReturnRefused(ILogger logger, string messageId, string? code, string? cause);

    [LoggerMessage(1114, LogLevel.Warning, "{Entries} messages could not be returned ({Kind}): {Cause}; they come back after their visibility timeout{Suppressed}")]
    public static partial void ReturnCallFailed(ILogger logger, int entries, SqsErrorKind kind, string cause, Suppressed suppressed);

    [LoggerMessage(1200, LogLevel.Debug, "Message {MessageId} ({Type}): {Outcome}, customer {CustomerId}, resource {ResourceId}, receive {ReceiveCount}, {Milliseconds:0.00} ms")]
    public static partial void MessageHandled(
        ILogger logger, string messageId, MessageType type, MessageOutcome outcome, string? customerId, string? resourceId, int receiveCount, double milliseconds);

    [LoggerMessage(1201, LogLevel.Warning, "Malformed message {MessageId} left in the queue (receive {ReceiveCount}): {Reason}{Suppressed}")]
    public static partial void MalformedMessage(ILogger logger, string messageId, int receiveCount, string reason, Suppressed suppressed);

    [LoggerMessage(1202, LogLevel.Warning, "Unknown message type {TypeName} (message {MessageId}){Suppressed}")]
    public static partial void UnknownMessageType(ILogger logger, string typeName, string messageId, Suppressed suppressed);

    [LoggerMessage(1203, LogLevel.Warning, "Message {MessageId} ({Type}) waits in the queue for the Edge API ({Reason}): returned for {Seconds} s (receive {ReceiveCount}){Suppressed}")]
    public static partial void RefreshPutOff(ILogger logger, string messageId, MessageType type, string reason, double seconds, int receiveCount, Suppressed suppressed);

    [LoggerMessage(1204, LogLevel.Error, "Message {MessageId} failed unexpectedly (receive {ReceiveCount}); it is returned{Suppressed}")]
    public static partial void ProcessingFailed(ILogger logger, Exception exception, string messageId, int receiveCount, Suppressed suppressed);

    [LoggerMessage(1205, LogLevel.Warning, "The customer of message {MessageId} stayed locked by an SDK through {Attempts} attempts; it is returned{Suppressed}")]
    public static partial void CustomerLocked(ILogger logger, string messageId, int attempts, Suppressed suppressed);

    [LoggerMessage(1206, LogLevel.Error, "Redis refuses to write message {MessageId} ({Type}, receive {ReceiveCount}): {Kind}; it is returned{Suppressed}")]
    public static partial void WriteRefused(
        ILogger logger, Exception exception, string messageId, MessageType type, int receiveCount, RedisFailureKind kind, Suppressed suppressed);

    [LoggerMessage(1207, LogLevel.Warning, "Message {MessageId} ({Type}) carries a timestamp too far in the {Kind}; it is still applied. A time in the future shuts its keys until it passes or they expire; docs/operations.md has the remedy{Suppressed}")]
    public static partial void ImplausibleTime(ILogger logger, string messageId, MessageType type, ImplausibleTimeKind kind, Suppressed suppressed);

    [LoggerMessage(1208, LogLevel.Warning, "A customer with credits is written in layout dual. Readers of SDK 3 list each credit as a feature without a name; and when such a reader misses, it writes the customer without credits until the next update. Upgrade the readers, then set CACHE_LAYOUT to v3")]
    public static partial void CreditsInDualLayout(ILogger logger);

    [LoggerMessage(1209, LogLevel.Warning, "Event {Type} concerns every cached customer and names none (message {MessageId}); it is acknowledged, and nothing is refreshed. CACHE_SWEEP=1 refreshes them{Suppressed}")]
    public static partial void SweepNotDone(ILogger logger, MessageType type, string messageId, Suppressed suppressed);

    [LoggerMessage(1250, LogLevel.Information, "Sweep begins: {Total} customers and resources are cached and are refreshed at {RatePerSecond} a second")]
    public static partial void SweepBegins(ILogger logger, long total, double ratePerSecond);

    [LoggerMessage(1251, LogLevel.Information, "Sweep continues in this process: {Done} of {Total} customers are done")]
    public static partial void SweepContinues(ILogger logger, long done, long total);

    [LoggerMessage(1252, LogLevel.Warning, "Sweep starts over after {Done} customers: Redis was restarted or failed over, and its cursor means nothing any more")]
    public static partial void SweepStartsOver(ILogger logger, long done);

    [LoggerMessage(1253, LogLevel.Information, "Sweep completed: {Done} customers and resources, {Failed} of them could not be refreshed")]
    public static partial void SweepEnded(ILogger logger, long done, long failed);

    [LoggerMessage(1254, LogLevel.Warning, "Redis cannot be used for the sweep ({Kind}); {Remedy}. It continues from its saved place. Cause: {Reason}{Suppressed}")]
    public static partial void SweepInterrupted(ILogger logger, RedisFailureKind kind, string remedy, string reason, Suppressed suppressed);

    [LoggerMessage(1255, LogLevel.Warning, "The lease of the sweep was lost: another process continues, or this one takes it again")]
    public static partial void SweepLost(ILogger logger);

    [LoggerMessage(1256, LogLevel.Error, "Sweep failed unexpectedly and is retried from its saved place{Suppressed}")]
    public static partial void SweepFailed(ILogger logger, Exception exception, Suppressed suppressed);

    [LoggerMessage(1257, LogLevel.Warning, "A customer could not be fetched in {Attempts} attempts and is left as it is: {Cause}{Suppressed}")]
    public static partial void CustomerLeftAsItIs(ILogger logger, int attempts, string cause, Suppressed suppressed);

    [LoggerMessage(1258, LogLevel.Debug, "Customer {CustomerId}, resource {ResourceId} could not be refreshed: {Cause}")]
    public static partial void CustomerNotRefreshed(ILogger logger, string customerId, string? resourceId, string cause);

    [LoggerMessage(1270, LogLevel.Error, "Redis has lost what it held ({Kind}): {What}. CACHE_REFILL=1 refills it, and so does the command warm")]
    public static partial void RedisWiped(ILogger logger, WipeKind kind, string what);

    [LoggerMessage(1271, LogLevel.Warning, "A wiped Redis will not be noticed: the Redis user may not use the keys PREFIX!* (deploy/redis/users.acl has all rights). Cause: {Reason}{Suppressed}")]
    public static partial void EpochNotPermitted(ILogger logger, string reason, Suppressed suppressed);

    [LoggerMessage(1272, LogLevel.Debug, "The marker in Redis could not be read: {Cause}")]
    public static partial void EpochUnreadable(ILogger logger, string cause);

    [LoggerMessage(1273, LogLevel.Information, "Refill begins: {Customers} customers and resources that events named are fetched at {RatePerSecond} a second over all replicas")]
    public static partial void RefillBegins(ILogger logger, int customers, int ratePerSecond);

    [LoggerMessage(1274, LogLevel.Information, "Refill completed after {Took}: {Fetched} customers and resources fetched, {Fresh} were fresh, {Failed} could not be fetched")]
    public static partial void RefillEnded(ILogger logger, string took, long fetched, long fresh, long failed);

    [LoggerMessage(1275, LogLevel.Warning, "Redis cannot be used for the refill ({Kind}); {Remedy}. It continues where it stopped. Cause: {Reason}{Suppressed}")]
    public static partial void RefillInterrupted(ILogger logger, RedisFailureKind kind, string remedy, string reason, Suppressed suppressed);

    [LoggerMessage(1276, LogLevel.Error, "Refilling failed unexpectedly and is retried{Suppressed}")]
    public static partial void RefillFailed(ILogger logger, Exception exception, Suppressed suppressed);

    [LoggerMessage(1277, LogLevel.Warning, "More than {Customers} customers changed that a warm-up may be fetching: some changes may be missing in the cache until the next one{Suppressed}")]
    public static partial void ChangeMissed(ILogger logger, int customers, Suppressed suppressed);

    [LoggerMessage(1278, LogLevel.Warning, "The service stops before {Customers} changed customers were fetched once more that a warm-up may have cached without the change; the command audit --repair finds them")]
    public static partial void ChangesNotFetched(ILogger logger, int customers);

    [LoggerMessage(1280, LogLevel.Warning, "The cache is wrong about a customer ({Kind}); the command audit tells more and repairs it{Suppressed}")]
    public static partial void DriftFound(ILogger logger, DriftKind kind, Suppressed suppressed);

    [LoggerMessage(1281, LogLevel.Debug, "Customer {CustomerId}, resource {ResourceId}: {Subject} is {Kind}")]
    public static partial void CustomerDrifted(ILogger logger, string customerId, string? resourceId, string subject, DriftKind kind);

    [LoggerMessage(1282, LogLevel.Warning, "Redis cannot be used for the audit ({Kind}); {Remedy}. It continues from its saved place. Cause: {Reason}{Suppressed}")]
    public static partial void AuditInterrupted(ILogger logger, RedisFailureKind kind, string remedy, string reason, Suppressed suppressed);

    [LoggerMessage(1283, LogLevel.Error, "The audit failed unexpectedly and is retried{Suppressed}")]
    public static partial void AuditFailed(ILogger logger, Exception exception, Suppressed suppressed);

    [LoggerMessage(1300, LogLevel.Warning, "Receiving pauses: Redis does not accept writes ({Kind}): {Reason}{Suppressed}")]
    public static partial void GateClosed(ILogger logger, RedisFailureKind kind, string reason, Suppressed suppressed);

    [LoggerMessage(1301, LogLevel.Information, "Receiving resumes: Redis accepts writes again after {Seconds:0.0} s ({Kind})")]
    public static partial void GateOpened(ILogger logger, double seconds, RedisFailureKind kind);

    [LoggerMessage(1302, LogLevel.Error, "Redis has not accepted writes for {Seconds:0} s ({Kind}); {Remedy}. No message is received meanwhile. Cause: {Reason}")]
    public static partial void GateStillClosed(ILogger logger, double seconds, RedisFailureKind kind, string reason, string remedy);

    [LoggerMessage(1303, LogLevel.Error, "The check whether Redis accepts writes failed; it is tried again{Suppressed}")]
    public static partial void GateLoopFailed(ILogger logger, Exception exception, Suppressed suppressed);

    [LoggerMessage(1304, LogLevel.Debug, "Redis's statistics could not be read: {Cause}")]
    public static partial void RedisFiguresUnreadable(ILogger logger, string cause);

    [LoggerMessage(1730, LogLevel.Information, "Messages are traced: sampler {Sampler}, {Ratio} of those whose producer does not decide")]
    public static partial void TracingStarts(ILogger logger, string sampler, double ratio);

    [LoggerMessage(1731, LogLevel.Warning, "{Spans} spans are lost: the OpenTelemetry collector {Collector} did not take them ({Protocol}). Messages are not held up{Suppressed}")]
    public static partial void SpansNotExported(ILogger logger, int spans, string collector, string protocol, Suppressed suppressed);

    [LoggerMessage(1732, LogLevel.Information, "OTLP endpoint set; traces are off, set OTEL_TRACES_EXPORTER=otlp")]
    public static partial void TracesAreOff(ILogger logger);

    [LoggerMessage(1405, LogLevel.Error, "A refresh failed unexpectedly; its messages are returned{Suppressed}")]
    public static partial void RefreshFailed(ILogger logger, Exception exception, Suppressed suppressed);
}
