using System.Diagnostics.Metrics;
using PersistentCacheService.Queue;
using PersistentCacheService.EdgeApi;
using PersistentCacheService.Messages;
using PersistentCacheService.Queue.Sqs;

namespace PersistentCacheService.Observability;

/// <summary>Measures what happens to messages. Called on their way: nothing here waits or allocates.</summary>
internal sealed class ServiceMetrics : IDisposable
{
    // Positions of the label's values: two of our own, then the kinds of error.
    private const int WithMessages = 0;
    private const int Empty = 1;
    private const int FirstFailure = 2;

    private readonly Histogram<double> _writeDuration;
    private readonly Counter<long> _writeErrors;
    private readonly Histogram<double> _handlingDuration;
    private readonly Counter<long> _processed;
    private readonly Counter<long> _messages;
    private readonly Histogram<double> _lag;
    private readonly Counter<long> _receiveCalls;
    private readonly Histogram<double> _receiveBatchSize;
    private readonly Histogram<double> _deleteBatchSize;
    private readonly Counter<long> _deleteEntries;
    private readonly Counter<long> _returns;
    private readonly Counter<long> _edgeCalls;
    private readonly Histogram<double> _edgeCallDuration;

    public ServiceMetrics()
    {
        _writeDuration = Instruments.WriteDuration.Create(Meter);
        _writeErrors = Instruments.WriteErrors.Create(Meter);
        _handlingDuration = Instruments.HandlingDuration.Create(Meter);
        _processed = Instruments.Processed.Create(Meter);
        _messages = Instruments.Messages.Create(Meter);
        _lag = Instruments.MessageLag.Create(Meter);
        _receiveCalls = Instruments.ReceiveCalls.Create(Meter);
        _receiveBatchSize = Instruments.ReceiveBatchSize.Create(Meter);
        _deleteBatchSize = Instruments.DeleteBatchSize.Create(Meter);
        _deleteEntries = Instruments.DeleteEntries.Create(Meter);
        _returns = Instruments.VisibilityReturns.Create(Meter);
        _edgeCalls = Instruments.EdgeCalls.Create(Meter);
        _edgeCallDuration = Instruments.EdgeCallDuration.Create(Meter);
    }

    /// <summary>The meter of all instruments of the catalogue.</summary>
    public Meter Meter { get; } = new(Instruments.MeterName);

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
        _messages.Add(1, Instruments.MessageTypes[(int)type], Instruments.MessageOutcomes[(int)outcome]);
    }

    /// <summary>A receive call ended well with so many messages.</summary>
    public void ReceiveSucceeded(int messages)
    {
        _receiveCalls.Add(1, Instruments.ReceiveResults[messages > 0 ? WithMessages : Empty]);
        if (messages > 0)
        {
            _receiveBatchSize.Record(messages);
        }
    }

    /// <summary>A receive call failed.</summary>
    public void ReceiveFailed(SqsErrorKind kind) => _receiveCalls.Add(1, Instruments.ReceiveResults[FirstFailure + (int)kind]);

    /// <summary>A delete call was sent with so many entries.</summary>
    public void DeleteSent(int entries) => _deleteBatchSize.Record(entries);

    /// <summary>So many acknowledgements ended in the same way.</summary>
    public void Acknowledged(DeleteResult result, int entries)
    {
        if (entries > 0)
        {
            _deleteEntries.Add(entries, Instruments.DeleteResults[(int)result]);
        }
    }

    /// <summary>A message was given back.</summary>
    public void Returned(ReturnReason reason) => _returns.Add(1, Instruments.ReturnReasons[(int)reason]);

    /// <summary>A call to the Edge API ended.</summary>
    public void EdgeCalled(EdgeResult result, TimeSpan duration)
    {
        _edgeCalls.Add(1, Instruments.EdgeResults[(int)result]);
        _edgeCallDuration.Record(duration.TotalSeconds);
    }

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();
}
