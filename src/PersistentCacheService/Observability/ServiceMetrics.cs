using System.Diagnostics.Metrics;
using PersistentCacheService.Messages;

namespace PersistentCacheService.Observability;

/// <summary>
/// Every instrument of the worker. The first eight are the documented ones of the original: names and types are fixed and they carry no labels.
/// All label sets are bounded: <see cref="MessageType"/> (10) x <see cref="MessageOutcome"/> (9), results and reasons from the lists below.
/// </summary>
internal sealed class ServiceMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "PersistentCacheService";

    /// <summary>Instruments without labels, for the exposition to show them before their first measurement.</summary>
    public static readonly string[] Unlabelled =
    [
        "persistent_cache_write_duration_seconds", "persistent_cache_write_errors_total", "persistent_cache_message_handling_duration_seconds",
        "persistent_cache_messages_processed_total", "persistent_cache_message_lag_seconds", "persistent_cache_receive_batch_size", "persistent_cache_delete_batch_size",
        "persistent_cache_edge_call_duration_seconds",
    ];

    /// <summary>Values of the label <c>result</c> of receive calls: <c>messages</c>, <c>empty</c>, or why the call failed.</summary>
    public static readonly string[] ReceiveResults = ["messages", "empty", .. Enum.GetNames<Amazon.SQS.SqsErrorKind>().Select(LabelText.SnakeCase)];

    /// <summary>Values of the label <c>result</c> of delete entries.</summary>
    public static readonly string[] DeleteResults = ["deleted", "failed", "expired"];

    /// <summary>Values of the label <c>outcome</c>.</summary>
    public static readonly string[] Outcomes = [.. Enum.GetNames<MessageOutcome>().Select(LabelText.SnakeCase)];

    /// <summary>Values of the label <c>type</c>.</summary>
    public static readonly string[] Types = [.. Enum.GetNames<MessageType>().Select(LabelText.SnakeCase)];

    /// <summary>Values of the label <c>reason</c> of visibility returns.</summary>
    public static readonly string[] ReturnReasons = [.. Enum.GetNames<Consuming.ReturnReason>().Select(LabelText.SnakeCase)];

    /// <summary>Values of the label <c>result</c> of Edge API calls.</summary>
    public static readonly string[] EdgeResults = [.. Enum.GetNames<EdgeApi.EdgeResult>().Select(LabelText.SnakeCase)];

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _writeDuration;
    private readonly Counter<long> _writeErrors;
    private readonly Histogram<double> _handlingDuration;
    private readonly Counter<long> _processed;
    private readonly Counter<long> _messages;
    private readonly Histogram<double> _lag;
    private readonly Counter<long> _receiveCalls;
    private readonly Histogram<long> _receiveBatchSize;
    private readonly Histogram<long> _deleteBatchSize;
    private readonly Counter<long> _deleteEntries;
    private readonly Counter<long> _returns;
    private readonly Counter<long> _edgeCalls;
    private readonly Histogram<double> _edgeCallDuration;

    public ServiceMetrics()
    {
        _writeDuration = _meter.CreateHistogram(
            "persistent_cache_write_duration_seconds", null, "Time of one write to Redis, waiting for an SDK's lock included.",
            advice: Buckets(.00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30));
        _writeErrors = _meter.CreateCounter<long>("persistent_cache_write_errors_total", null, "Writes to Redis that failed; most are tried again.");
        _handlingDuration = _meter.CreateHistogram(
            "persistent_cache_message_handling_duration_seconds", null, "Time from the receipt of a message to the end of its processing.",
            advice: Buckets(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30));
        _processed = _meter.CreateCounter<long>("persistent_cache_messages_processed_total", null, "Messages processed to their end and acknowledged.");
        _messages = _meter.CreateCounter<long>("persistent_cache_messages_total", null, "Messages by type and outcome.");
        _lag = _meter.CreateHistogram(
            "persistent_cache_message_lag_seconds", null, "Age of a message at its first receipt, by its SentTimestamp.",
            advice: Buckets(.1, .5, 1, 5, 15, 60, 300, 900, 3600));
        _receiveCalls = _meter.CreateCounter<long>("persistent_cache_receive_calls_total", null, "ReceiveMessage calls by result.");
        _receiveBatchSize = _meter.CreateHistogram("persistent_cache_receive_batch_size", null, "Messages of one receive call that brought any.", advice: BatchBuckets);
        _deleteBatchSize = _meter.CreateHistogram("persistent_cache_delete_batch_size", null, "Entries of one DeleteMessageBatch call.", advice: BatchBuckets);
        _deleteEntries = _meter.CreateCounter<long>(
            "persistent_cache_delete_entries_total", null, "Acknowledgements by result; those that are not deleted are delivered again.");
        _returns = _meter.CreateCounter<long>("persistent_cache_visibility_returns_total", null, "Messages given back to the queue, by reason.");
        _edgeCalls = _meter.CreateCounter<long>("persistent_cache_edge_calls_total", null, "Calls to the Edge API by result: ok, not_found, or why they failed.");
        _edgeCallDuration = _meter.CreateHistogram(
            "persistent_cache_edge_call_duration_seconds", null, "Time of one call to the Edge API.",
            advice: Buckets(.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30));
    }

    private static InstrumentAdvice<long> BatchBuckets => new() { HistogramBucketBoundaries = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] };

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
        _messages.Add(1, new("type", Types[(int)type]), new("outcome", Outcomes[(int)outcome]));
    }

    /// <summary>A receive call ended well with so many messages.</summary>
    public void ReceiveSucceeded(int messages)
    {
        _receiveCalls.Add(1, new KeyValuePair<string, object?>("result", messages > 0 ? ReceiveResults[0] : ReceiveResults[1]));
        if (messages > 0)
        {
            _receiveBatchSize.Record(messages);
        }
    }

    /// <summary>A receive call failed.</summary>
    public void ReceiveFailed(Amazon.SQS.SqsErrorKind kind) => _receiveCalls.Add(1, new KeyValuePair<string, object?>("result", ReceiveResults[2 + (int)kind]));

    /// <summary>A delete call was sent with so many entries.</summary>
    public void DeleteSent(int entries) => _deleteBatchSize.Record(entries);

    /// <summary>Messages were deleted from the queue.</summary>
    public void Deleted(int entries) => Count(_deleteEntries, DeleteResults[0], entries);

    /// <summary>The queue refused to delete a message for good; it will be delivered again.</summary>
    public void DeleteRefused(int entries) => Count(_deleteEntries, DeleteResults[1], entries);

    /// <summary>The handle of a processed message expired before it could be deleted; it will be delivered again.</summary>
    public void DeleteExpired(int entries) => Count(_deleteEntries, DeleteResults[2], entries);

    /// <summary>A message was given back.</summary>
    public void Returned(Consuming.ReturnReason reason) => _returns.Add(1, new KeyValuePair<string, object?>("reason", ReturnReasons[(int)reason]));

    /// <summary>A call to the Edge API ended.</summary>
    public void EdgeCalled(EdgeApi.EdgeResult result, TimeSpan duration)
    {
        _edgeCalls.Add(1, new KeyValuePair<string, object?>("result", EdgeResults[(int)result]));
        _edgeCallDuration.Record(duration.TotalSeconds);
    }

    /// <summary>Adds a value that is read at each scrape, absent while <paramref name="read"/> gives null.</summary>
    /// <param name="name">Name after the prefix <c>persistent_cache_</c>.</param>
    /// <param name="help">What it means.</param>
    /// <param name="read">Gives the current value.</param>
    public void AddGauge(string name, string help, Func<double?> read) =>
        _meter.CreateObservableGauge("persistent_cache_" + name, Observe(read), null, help);

    /// <summary>Adds a growing count that is read at each scrape.</summary>
    /// <inheritdoc cref="AddGauge"/>
    public void AddCounter(string name, string help, Func<double?> read) =>
        _meter.CreateObservableCounter("persistent_cache_" + name, Observe(read), null, help);

    /// <summary>Adds the constant series 1 that names the running build.</summary>
    public void AddBuildInfo(string version, string revision, string runtime) =>
        _meter.CreateObservableGauge(
            "persistent_cache_build_info", () => new Measurement<long>(1, new("version", version), new("revision", revision), new("runtime", runtime)), null, "The running build.");

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static Func<IEnumerable<Measurement<double>>> Observe(Func<double?> read) => () => read() is { } value ? [new Measurement<double>(value)] : [];

    private static InstrumentAdvice<double> Buckets(params double[] bounds) => new() { HistogramBucketBoundaries = bounds };

    private static void Count(Counter<long> counter, string result, int count)
    {
        if (count > 0)
        {
            counter.Add(count, new KeyValuePair<string, object?>("result", result));
        }
    }
}
