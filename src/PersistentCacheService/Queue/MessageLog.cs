using EntitlementCache.Messages;
using EntitlementCache.Observability;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Queue;

/// <summary>What the log says about single messages, so that a flood of broken ones does not fill it.</summary>
internal sealed class MessageLog(TimeProvider time, ILogger<MessageLog> logger)
{
    // A flood of broken messages shows some of their ids in a minute; the debug lines show all.
    private const int MalformedLinesAMinute = 10;

    // One line a type, so that each new one is seen; but a sender that makes up names must not fill the log.
    private const int UnknownTypeLinesAMinute = 20;

    private readonly LogBudget _unknownTypes = new(TimeSpan.FromMinutes(1), time, linesInAll: UnknownTypeLinesAMinute);
    private readonly LogBudget _malformed = new(TimeSpan.FromMinutes(1), time, MalformedLinesAMinute);
    private readonly LogBudget _failures = new(TimeSpan.FromMinutes(1), time);
    private readonly LogBudget _sweeps = new(TimeSpan.FromHours(1), time);
    private readonly LogBudget _waits = new(TimeSpan.FromMinutes(1), time);

    /// <summary>The handling of a message ended.</summary>
    public void Handled(ReceivedMessage message, MessageType type, CustomerIdentity customer, MessageOutcome outcome)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            using var ids = message.Trace?.InLog(logger);
            Log.MessageHandled(
                logger, message.MessageId, type, outcome, customer.IsEmpty ? null : customer.CustomerIdText, customer.ResourceIdText, message.ReceiveCount,
                message.Age.TotalMilliseconds);
        }
    }

    /// <summary>A message is not one of the contract.</summary>
    public void Malformed(ReceivedMessage message, string reason)
    {
        if (_malformed.MayPrint("", out var suppressed))
        {
            using var ids = message.Trace?.InLog(logger);
            Log.MalformedMessage(logger, message.MessageId, message.ReceiveCount, reason, suppressed);
        }
    }

    /// <summary>A message has a type that is not known.</summary>
    public void UnknownType(string name, ReceivedMessage message)
    {
        if (_unknownTypes.MayPrint(name, out var suppressed))
        {
            using var ids = message.Trace?.InLog(logger);
            Log.UnknownMessageType(logger, name, message.MessageId, suppressed);
        }
    }

    /// <summary>A message asks to refresh customers without naming them.</summary>
    public void SweepNotDone(ReceivedMessage message, MessageType type)
    {
        if (_sweeps.MayPrint("", out var suppressed))
        {
            using var ids = message.Trace?.InLog(logger);
            Log.SweepNotDone(logger, type, message.MessageId, suppressed);
        }
    }

    /// <summary>The handling of a message failed unexpectedly.</summary>
    public void Failed(ReceivedMessage message, Exception exception)
    {
        if (_failures.MayPrint(exception.GetType().Name, out var suppressed))
        {
            using var ids = message.Trace?.InLog(logger);
            Log.ProcessingFailed(logger, exception, message.MessageId, message.ReceiveCount, suppressed);
        }
    }

    /// <summary>A message waits in the queue for the Edge API.</summary>
    public void WaitsForEdgeApi(ReceivedMessage message, MessageType type, string? cause, TimeSpan delay)
    {
        var reason = cause ?? "it is known not to work";
        if (_waits.MayPrint(reason, out var suppressed))
        {
            using var ids = message.Trace?.InLog(logger);
            Log.RefreshPutOff(logger, message.MessageId, type, reason, delay.TotalSeconds, message.ReceiveCount, suppressed);
        }
    }
}
