using Microsoft.Extensions.Logging;
using PersistentCacheService.EdgeApi;
using PersistentCacheService.Messages;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Redis;

namespace PersistentCacheService.Observability;

/// <summary>
/// Every log message of the worker. Event ids are stable: 1000 host, 1100 queue, 1200 messages, 1300 Redis, 1400 Edge API. No message carries a message
/// body, a value, a key or a secret; the word <c>heldBack</c> counts equal lines that were not printed since the last one.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Critical, "Wrong setting: {Problem}")]
    public static partial void WrongSetting(ILogger logger, string problem);

    [LoggerMessage(1001, LogLevel.Critical, "Not started: {Count} problems in the environment variables, listed above (exit code {ExitCode})")]
    public static partial void NotStarted(ILogger logger, int count, int exitCode);

    [LoggerMessage(1002, LogLevel.Information, "Starting {Version}: queue {Queue} ({Region}, batches of {BatchSize}, {Consumers} consumers, at most {MaxInFlight} messages in hand), Redis {Redis}, prefix {Prefix}, layout {Layout}, policy {Policy}, expiry {TtlInSeconds} s, port {Port}")]
    public static partial void Starting(
        ILogger logger, string version, string queue, string region, int batchSize, int consumers, int maxInFlight, string redis, string prefix,
        Settings.CacheLayout layout, Settings.CacheUpdatePolicy policy, int ttlInSeconds, int port);

    [LoggerMessage(1003, LogLevel.Information, "Ready after {Milliseconds} ms: Redis takes writes, the queue answers")]
    public static partial void Ready(ILogger logger, long milliseconds);

    [LoggerMessage(1004, LogLevel.Information, "Stopping: {InHand} receive places and messages in hand, at most {Seconds} s")]
    public static partial void Stopping(ILogger logger, int inHand, double seconds);

    [LoggerMessage(1005, LogLevel.Information, "Stopped after {Seconds:0.00} s, everything finished: {Finished}, left to be delivered again: {Left}")]
    public static partial void Stopped(ILogger logger, double seconds, bool finished, int left);

    [LoggerMessage(1006, LogLevel.Information, "{Processed} messages processed in {Seconds:0} s ({PerSecond:0.0}/s), {Failed} failed, {Malformed} malformed, largest lag {LagInSeconds:0.0} s, {InFlight} in hand")]
    public static partial void Summary(ILogger logger, long processed, double seconds, double perSecond, long failed, long malformed, double lagInSeconds, int inFlight);

    [LoggerMessage(1007, LogLevel.Critical, "The service ends because of an error")]
    public static partial void Crashed(ILogger logger, Exception exception);

    [LoggerMessage(1008, LogLevel.Critical, "Memory runs out; what failed is given back, and nothing is received for {Seconds} s. Raise the memory limit or lower MAX_IN_FLIGHT_MESSAGES (repeated {HeldBack} times in between)")]
    public static partial void OutOfMemory(ILogger logger, Exception exception, double seconds, int heldBack);

    [LoggerMessage(1009, LogLevel.Critical, "Memory stays short for {Seconds} s: the service stops, to be started again (exit code {ExitCode})")]
    public static partial void MemoryStaysShort(ILogger logger, double seconds, int exitCode);

    [LoggerMessage(1100, LogLevel.Error, "The queue cannot be used: {Operation} failed with {Kind}; {Remedy}. Cause: {Cause} (repeated {HeldBack} times in between)")]
    public static partial void QueueUnusable(ILogger logger, string operation, SqsErrorKind kind, string remedy, string cause, int heldBack);

    [LoggerMessage(1101, LogLevel.Warning, "{Operation} failed with {Kind} and is tried again: {Cause} (repeated {HeldBack} times in between)")]
    public static partial void QueueCallFailed(ILogger logger, string operation, SqsErrorKind kind, string cause, int heldBack);

    [LoggerMessage(1102, LogLevel.Error, "{Operation} failed unexpectedly and is tried again (repeated {HeldBack} times in between)")]
    public static partial void QueueCallFailedUnexpectedly(ILogger logger, Exception exception, string operation, int heldBack);

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

    [LoggerMessage(1110, LogLevel.Debug, "{Entries} acknowledgements are tried again: {Cause}")]
    public static partial void DeleteCallFailed(ILogger logger, int entries, string cause);

    [LoggerMessage(1111, LogLevel.Warning, "The queue refuses to delete message {MessageId}: {Code} {Cause}; it will be delivered again (repeated {HeldBack} times in between)")]
    public static partial void DeleteRefused(ILogger logger, string messageId, string? code, string? cause, int heldBack);

    [LoggerMessage(1112, LogLevel.Warning, "{Entries} processed messages were not deleted before their handles expired; they will be delivered again ({HeldBack} such lines were held back)")]
    public static partial void HandlesExpired(ILogger logger, int entries, int heldBack);

    [LoggerMessage(1113, LogLevel.Debug, "Message {MessageId} could not be given back: {Code} {Cause}; it comes back after its visibility timeout")]
    public static partial void ReturnRefused(ILogger logger, string messageId, string? code, string? cause);

    [LoggerMessage(1114, LogLevel.Warning, "{Entries} messages could not be given back ({Kind}): {Cause}; they come back after their visibility timeout (repeated {HeldBack} times in between)")]
    public static partial void ReturnCallFailed(ILogger logger, int entries, SqsErrorKind kind, string cause, int heldBack);

    [LoggerMessage(1200, LogLevel.Debug, "Message {MessageId} ({Type}): {Outcome}, customer {CustomerId}, resource {ResourceId}, receive {ReceiveCount}, {Milliseconds:0.00} ms")]
    public static partial void MessageHandled(
        ILogger logger, string messageId, MessageType type, MessageOutcome outcome, string? customerId, string? resourceId, int receiveCount, double milliseconds);

    [LoggerMessage(1201, LogLevel.Warning, "Malformed message {MessageId} left in the queue (receive {ReceiveCount}): {Reason} (held back {HeldBack} such lines before)")]
    public static partial void MalformedMessage(ILogger logger, string messageId, int receiveCount, string reason, int heldBack);

    [LoggerMessage(1202, LogLevel.Warning, "Unknown message type {TypeName} (message {MessageId}; repeated {HeldBack} times in between, {OtherTypes} lines of other types held back)")]
    public static partial void UnknownMessageType(ILogger logger, string typeName, string messageId, int heldBack, int otherTypes);

    [LoggerMessage(1203, LogLevel.Warning, "Message {MessageId} ({Type}) waits in the queue for the Edge API ({Reason}): given back for {Seconds} s (receive {ReceiveCount}; repeated {HeldBack} times in between)")]
    public static partial void RefreshPutOff(ILogger logger, string messageId, MessageType type, string reason, double seconds, int receiveCount, int heldBack);

    [LoggerMessage(1204, LogLevel.Error, "Message {MessageId} failed unexpectedly (receive {ReceiveCount}); it is given back (repeated {HeldBack} times in between)")]
    public static partial void ProcessingFailed(ILogger logger, Exception exception, string messageId, int receiveCount, int heldBack);

    [LoggerMessage(1205, LogLevel.Warning, "The customer of message {MessageId} stayed locked by an SDK through {Attempts} attempts; it is given back (repeated {HeldBack} times in between)")]
    public static partial void CustomerLocked(ILogger logger, string messageId, int attempts, int heldBack);

    [LoggerMessage(1206, LogLevel.Error, "Redis refuses to write message {MessageId} ({Type}, receive {ReceiveCount}): {Kind}; it is given back (repeated {HeldBack} times in between)")]
    public static partial void WriteRefused(
        ILogger logger, Exception exception, string messageId, MessageType type, int receiveCount, RedisErrorKind kind, int heldBack);

    [LoggerMessage(1300, LogLevel.Warning, "Receiving pauses: Redis does not take writes ({Kind}): {Reason} (repeated {HeldBack} times in between)")]
    public static partial void GateClosed(ILogger logger, RedisErrorKind kind, string reason, int heldBack);

    [LoggerMessage(1301, LogLevel.Information, "Receiving goes on: Redis takes writes again after {Seconds:0.0} s ({Kind})")]
    public static partial void GateOpened(ILogger logger, double seconds, RedisErrorKind kind);

    [LoggerMessage(1302, LogLevel.Error, "Redis does not take writes since {Seconds:0} s ({Kind}): {Reason}; {Remedy}. No message is received meanwhile")]
    public static partial void GateStillClosed(ILogger logger, double seconds, RedisErrorKind kind, string reason, string remedy);

    [LoggerMessage(1303, LogLevel.Error, "The watch over Redis failed and goes on (repeated {HeldBack} times in between)")]
    public static partial void GateLoopFailed(ILogger logger, Exception exception, int heldBack);

    [LoggerMessage(1304, LogLevel.Debug, "Redis's statistics could not be read: {Cause}")]
    public static partial void RedisFiguresUnreadable(ILogger logger, string cause);

    [LoggerMessage(1400, LogLevel.Error, "The Edge API refuses the key ({Result}); {Remedy}. Messages that carry only an id wait in the queue (repeated {HeldBack} times in between)")]
    public static partial void EdgeApiRefusesKey(ILogger logger, EdgeResult result, string remedy, int heldBack);

    [LoggerMessage(1401, LogLevel.Warning, "A call to the Edge API failed with {Result} and is tried again: {Cause} (repeated {HeldBack} times in between)")]
    public static partial void EdgeCallFailed(ILogger logger, EdgeResult result, string cause, int heldBack);

    [LoggerMessage(1402, LogLevel.Warning, "Calls to the Edge API pause for {Seconds:0.0} s ({Result}). Messages that carry only an id wait in the queue; all others are applied")]
    public static partial void EdgeApiPauses(ILogger logger, EdgeResult result, double seconds);

    [LoggerMessage(1403, LogLevel.Information, "The Edge API answers again after {Seconds:0.0} s ({Result})")]
    public static partial void EdgeApiUsableAgain(ILogger logger, double seconds, EdgeResult result);

    [LoggerMessage(1404, LogLevel.Warning, "An answer of the Edge API cannot be used ({Result}): {Cause} (repeated {HeldBack} times in between)")]
    public static partial void EdgeAnswerUnusable(ILogger logger, EdgeResult result, string cause, int heldBack);

    [LoggerMessage(1405, LogLevel.Error, "A refresh failed unexpectedly; its messages are given back (repeated {HeldBack} times in between)")]
    public static partial void RefreshFailed(ILogger logger, Exception exception, int heldBack);

    [LoggerMessage(1410, LogLevel.Information, "The Edge API's configuration names no Sentry: errors are only logged")]
    public static partial void NoRemoteSentry(ILogger logger);

    [LoggerMessage(1411, LogLevel.Warning, "The Edge API's configuration could not be read ({Result}): {Cause}. Errors wait for a Sentry DSN; asked again in {Seconds:0} s")]
    public static partial void ConfigurationUnreadable(ILogger logger, EdgeResult result, string cause, double seconds);
}
