using Microsoft.Extensions.Logging;
using PersistentCacheService.Messages;
using PersistentCacheService.Redis;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Consuming;

/// <summary>The way of a message: decode, apply, acknowledge; or leave it, or give it back. Messages of a batch are applied concurrently, so that their Redis commands share writes.</summary>
internal sealed class MessageProcessor
{
    // A flood of broken messages shows some of their ids in a minute; the debug lines show all.
    private const int MalformedLinesAMinute = 10;

    // One line a type, so that each new one is seen; but a sender that makes up names must not fill the log.
    private const int UnknownTypeLinesAMinute = 20;

    private readonly CacheWriter _writer;
    private readonly Refresher _refresher;
    private readonly Acknowledger _acknowledger;
    private readonly VisibilityReturner _returner;
    private readonly InFlightLimiter _limiter;
    private readonly MemoryShortage _memory;
    private readonly ServiceMetrics _metrics;
    private readonly Tally _tally;
    private readonly TimeProvider _time;
    private readonly ILogger<MessageProcessor> _logger;
    private readonly LogBudget _unknownTypes;
    private readonly LogBudget _malformed;
    private readonly LogBudget _failures;
    private readonly LogBudget _sweeps;

    public MessageProcessor(
        CacheWriter writer,
        Refresher refresher,
        Acknowledger acknowledger,
        VisibilityReturner returner,
        InFlightLimiter limiter,
        MemoryShortage memory,
        ServiceMetrics metrics,
        Tally tally,
        TimeProvider time,
        ILogger<MessageProcessor> logger)
    {
        _writer = writer;
        _refresher = refresher;
        _acknowledger = acknowledger;
        _returner = returner;
        _limiter = limiter;
        _memory = memory;
        _metrics = metrics;
        _tally = tally;
        _time = time;
        _logger = logger;
        _unknownTypes = new LogBudget(TimeSpan.FromMinutes(1), time, linesInAll: UnknownTypeLinesAMinute);
        _malformed = new LogBudget(TimeSpan.FromMinutes(1), time, MalformedLinesAMinute);
        _failures = new LogBudget(TimeSpan.FromMinutes(1), time);
        _sweeps = new LogBudget(TimeSpan.FromHours(1), time);
    }

    /// <summary>Starts the processing of every message and returns at once; each ends by itself, whatever happens.</summary>
    public void Start(ReceivedBatch batch)
    {
        foreach (var message in batch.Messages)
        {
            _ = ProcessAsync(message);
        }
    }

    /// <summary>
    /// Starts the processing of a FIFO queue's messages: groups concurrently, messages of a group one after the other. When one is not
    /// applied, the rest of its group is given back at once; the queue holds them back as long as the first one is hidden.
    /// </summary>
    public void StartInGroups(ReceivedBatch batch)
    {
        foreach (var group in batch.Messages.GroupBy(static message => message.GroupId ?? ""))
        {
            _ = ProcessGroupAsync(group);
        }
    }

    private async Task ProcessGroupAsync(IEnumerable<ReceivedMessage> group)
    {
        var inOrder = true;
        foreach (var message in group)
        {
            if (inOrder)
            {
                inOrder = await ProcessAsync(message);
            }
            else
            {
                message.Done();
                _returner.Add(new MessageReturn(message, ReturnReason.GroupOrder, TimeSpan.Zero));
            }
        }
    }

    /// <returns>False when the message was given back, so that what follows in its order must wait.</returns>
    private async Task<bool> ProcessAsync(ReceivedMessage message)
    {
        var type = MessageType.None;
        var outcome = MessageOutcome.Failed;
        MessageReturn? giveBack = null;
        try
        {
            var origin = message.Origin;
            using var decoded = MessageDecoder.Decode(message.Body, origin);
            type = decoded.Type;
            if (decoded is not Malformed)
            {
                // A broken message comes back until the redrive policy ends it; nobody waits for it.
                RecordLag(message, origin.SentTimestamp);
            }

            var operation = Detached(message, decoded);
            var customer = _logger.IsEnabled(LogLevel.Debug) ? operation.Customer.Detach() : default;
            (outcome, giveBack) = await HandleAsync(message, operation);
            LogHandled(message, type, customer, outcome);
        }
        catch (Exception exception)
        {
            giveBack = GiveBack(message, exception);
        }
        finally
        {
            message.Done();
        }

        _metrics.Handled(type, outcome, message.Age(_time));
        _tally.Handled(outcome);
        return Finish(message, outcome, giveBack);
    }

    // Not async itself: a state machine less per message.
    private ValueTask<(MessageOutcome Outcome, MessageReturn? GiveBack)> HandleAsync(ReceivedMessage message, CacheOperation operation)
    {
        switch (operation)
        {
            case Malformed malformed:
                if (_malformed.MayPrint("", out var heldBack))
                {
                    Log.MalformedMessage(_logger, message.MessageId, message.ReceiveCount, malformed.Reason, heldBack);
                }

                return Ended(MessageOutcome.Malformed);
            case Ignore:
                return Ended(MessageOutcome.Ignored);
            case Sweep:
                if (_sweeps.MayPrint("", out var more))
                {
                    Log.SweepNotDone(_logger, operation.Type, message.MessageId, more);
                }

                return Ended(MessageOutcome.Ignored);
            case UnknownType unknown:
                WarnUnknownType(unknown.Name, message);
                return Ended(MessageOutcome.Unknown);
            case Refresh refresh:
                if (refresh.UnknownType is { } name)
                {
                    WarnUnknownType(name, message);
                }

                return _refresher.RefreshAsync(message, refresh);
            default:
                return _writer.WriteAsync(message, operation);
        }
    }

    private static ValueTask<(MessageOutcome Outcome, MessageReturn? GiveBack)> Ended(MessageOutcome outcome) => ValueTask.FromResult((outcome, (MessageReturn?)null));

    private MessageReturn GiveBack(ReceivedMessage message, Exception exception)
    {
        if (_memory.Observe(exception))
        {
            return _memory.GiveBack(message);
        }

        if (_failures.MayPrint(exception.GetType().Name, out var heldBack))
        {
            Log.ProcessingFailed(_logger, exception, message.MessageId, message.ReceiveCount, heldBack);
        }

        return _writer.Refused(message);
    }

    /// <summary>Refreshes may wait for long: they do not keep the bodies of their batch from being released.</summary>
    private static CacheOperation Detached(ReceivedMessage message, CacheOperation operation)
    {
        if (operation is not Refresh refresh)
        {
            return operation;
        }

        var detached = refresh.Detach();
        message.BodyDone();
        return detached;
    }

    private bool Finish(ReceivedMessage message, MessageOutcome outcome, MessageReturn? giveBack)
    {
        if (giveBack is { } messageReturn)
        {
            _returner.Add(messageReturn);
            return false;
        }

        if (outcome is MessageOutcome.Malformed or MessageOutcome.Failed)
        {
            // Left: it comes back after its visibility timeout, and the redrive policy decides when that is enough.
            _limiter.Release(1);
        }
        else
        {
            _acknowledger.Add(message);
        }

        return true;
    }

    private void RecordLag(ReceivedMessage message, long sentTimestamp)
    {
        // Later deliveries waited for reasons of their own, such as an API that is down: they do not tell of a slow queue.
        if (sentTimestamp > 0 && message.ReceiveCount <= 1)
        {
            var lag = TimeSpan.FromMilliseconds(Math.Max(0, _time.GetUtcNow().ToUnixTimeMilliseconds() - sentTimestamp));
            _metrics.Received(lag);
            _tally.Received(lag);
        }
    }

    private void WarnUnknownType(string name, ReceivedMessage message)
    {
        if (_unknownTypes.MayPrint(name, out var heldBack))
        {
            Log.UnknownMessageType(_logger, name, message.MessageId, heldBack);
        }
    }

    private void LogHandled(ReceivedMessage message, MessageType type, CustomerIdentity customer, MessageOutcome outcome)
    {
        if (_logger.IsEnabled(LogLevel.Debug))
        {
            Log.MessageHandled(
                _logger, message.MessageId, type, outcome, customer.IsEmpty ? null : customer.CustomerIdText, customer.ResourceIdText,
                message.ReceiveCount, message.Age(_time).TotalMilliseconds);
        }
    }
}
