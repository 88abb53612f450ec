using EntitlementCache.Messages;
using EntitlementCache.Observability;
using PersistentCacheService.Queue;
using PersistentCacheService.Queue.Sqs;

namespace PersistentCacheService.Observability;

/// <summary>Measures what happens to messages. Called on their way: nothing here waits or allocates.</summary>
internal sealed class ServiceMetrics
{
    // Positions of the label's values: two of our own, then the kinds of error.
    private const int WithMessages = 0;
    private const int Empty = 1;
    private const int FirstFailure = 2;

    private readonly HistogramSeries _writeDuration;
    private readonly CounterSeries _writeErrors;
    private readonly HistogramSeries _handlingDuration;
    private readonly CounterSeries _processed;
    private readonly CounterSeries _messages;
    private readonly HistogramSeries _lag;
    private readonly CounterSeries _receiveCalls;
    private readonly HistogramSeries _receiveBatchSize;
    private readonly HistogramSeries _deleteBatchSize;
    private readonly CounterSeries _deleteEntries;
    private readonly CounterSeries _returns;
    private readonly CounterSeries _leftOut;
    private readonly CounterSeries _implausibleTimes;

    public ServiceMetrics(MetricsPage page)
    {
        _writeDuration = Instruments.WriteDuration.Create(page);
        _writeErrors = Instruments.WriteErrors.Create(page);
        _handlingDuration = Instruments.HandlingDuration.Create(page);
        _processed = Instruments.Processed.Create(page);
        _messages = Instruments.Messages.Create(page);
        _lag = Instruments.MessageLag.Create(page);
        _receiveCalls = Instruments.ReceiveCalls.Create(page);
        _receiveBatchSize = Instruments.ReceiveBatchSize.Create(page);
        _deleteBatchSize = Instruments.DeleteBatchSize.Create(page);
        _deleteEntries = Instruments.DeleteEntries.Create(page);
        _returns = Instruments.VisibilityReturns.Create(page);
        _leftOut = Instruments.EntitlementsLeftOut.Create(page);
        _implausibleTimes = Instruments.ImplausibleTimes.Create(page);
    }

    /// <summary>What was measured since the start, for those who show it over time.</summary>
    public ServiceTotals Totals => new(
        _processed.Total(),
        _messages.TotalOfLast((int)MessageOutcome.Malformed),
        _messages.TotalOfLast((int)MessageOutcome.Failed),
        _writeDuration.Count,
        _writeDuration.Sum,
        _receiveCalls.TotalFrom(FirstFailure));

    /// <summary>A write to Redis ended well.</summary>
    public void WriteSucceeded(TimeSpan duration) => _writeDuration.Record(duration.TotalSeconds);

    /// <summary>A write to Redis failed.</summary>
    public void WriteFailed() => _writeErrors.Add(1);

    /// <summary>A message was received.</summary>
    public void Received(TimeSpan lag) => _lag.Record(Math.Max(0, lag.TotalSeconds));

    /// <summary>The processing of a message ended.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="sinceReceipt">Time since its receipt.</param>
    public void Handled(MessageType type, MessageOutcome outcome, TimeSpan sinceReceipt)
    {
        if (outcome is not (MessageOutcome.Malformed or MessageOutcome.Failed))
        {
            _processed.Add(1);
        }

        _handlingDuration.Record(sinceReceipt.TotalSeconds);
        _messages.Add(1, (int)type, (int)outcome);
    }

    /// <summary>A receive call ended well with so many messages.</summary>
    public void ReceiveSucceeded(int messages)
    {
        _receiveCalls.Add(1, messages > 0 ? WithMessages : Empty);
        if (messages > 0)
        {
            _receiveBatchSize.Record(messages);
        }
    }

    /// <summary>A receive call failed.</summary>
    public void ReceiveFailed(SqsErrorKind kind) => _receiveCalls.Add(1, FirstFailure + (int)kind);

    /// <summary>A delete call was sent with so many entries.</summary>
    public void DeleteSent(int entries) => _deleteBatchSize.Record(entries);

    /// <summary>So many acknowledgements ended in the same way.</summary>
    public void Acknowledged(DeleteResult result, int entries)
    {
        if (entries > 0)
        {
            _deleteEntries.Add(entries, (int)result);
        }
    }

    /// <summary>A message was given back.</summary>
    public void Returned(ReturnReason reason) => _returns.Add(1, (int)reason);

    /// <summary>So many entitlements of a message name no feature.</summary>
    public void EntitlementsLeftOut(int count) => _leftOut.Add(count);

    /// <summary>So many timestamps of a message cannot be true.</summary>
    public void ImplausibleTimes(ImplausibleTimeKind kind, int count) => _implausibleTimes.Add(count, (int)kind);
}
