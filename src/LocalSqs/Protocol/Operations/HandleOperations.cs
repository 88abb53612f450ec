using LocalSqs.Faults;
using LocalSqs.Protocol.Json;
using LocalSqs.Queues;

namespace LocalSqs.Protocol.Operations;

/// <summary>What is done with a receipt handle: DeleteMessage, ChangeMessageVisibility and their batches.</summary>
internal sealed class HandleOperations
{
    private const int LongestVisibilitySeconds = 43_200;

    private readonly QueueRegistry _queues;
    private readonly SqsFaults _faults;

    public HandleOperations(QueueRegistry queues, SqsFaults faults)
    {
        _queues = queues;
        _faults = faults;
    }

    public EntryAnswer Execute(SqsOperation operation, HandleRequest request)
    {
        var queue = _queues.Demand(request.QueueUrl);
        _ = request.ReceiptHandle ?? throw new SqsException(SqsError.MissingParameter("ReceiptHandle"));
        if (operation == SqsOperation.DeleteMessage)
        {
            return Delete(queue, request);
        }

        _ = request.VisibilityTimeout ?? throw new SqsException(SqsError.MissingParameter("VisibilityTimeout"));
        return ChangeVisibility(queue, request);
    }

    public BatchAnswer ExecuteBatch(SqsOperation operation, BatchRequest<HandleRequest> request)
    {
        var queue = _queues.Demand(request.QueueUrl);
        return Batch.Execute(
            Batch.Check(request), operation, _faults, entry => operation == SqsOperation.DeleteMessageBatch ? Delete(queue, entry) : ChangeVisibility(queue, entry));
    }

    private static EntryAnswer Delete(SqsQueue queue, HandleRequest entry) => queue.Delete(Parse(entry)) switch
    {
        DeleteOutcome.Foreign => throw new SqsException(SqsError.ReceiptHandleIsInvalid),
        DeleteOutcome.Expired => throw Invalid("given", "ReceiptHandle", "The receipt handle has expired."),
        _ => new EntryAnswer(),
    };

    private static EntryAnswer ChangeVisibility(SqsQueue queue, HandleRequest entry)
    {
        var handle = Parse(entry);
        var seconds = entry.VisibilityTimeout ?? 0;
        if (seconds is < 0 or > LongestVisibilitySeconds)
        {
            throw Invalid($"{seconds}", "VisibilityTimeout", "Must be between 0 and 43200.");
        }

        return queue.ChangeVisibility(handle, seconds) switch
        {
            VisibilityOutcome.Foreign => throw new SqsException(SqsError.ReceiptHandleIsInvalid),
            VisibilityOutcome.NotInFlight => throw new SqsException(SqsError.MessageNotInflight),
            VisibilityOutcome.Gone => throw Invalid(
                "given", "ReceiptHandle", "Message does not exist or is not available for visibility timeout change."),
            VisibilityOutcome.BeyondLimit => throw Invalid(
                $"{seconds}", "VisibilityTimeout", "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]."),
            _ => new EntryAnswer(),
        };
    }

    private static ReceiptHandle Parse(HandleRequest entry) =>
        ReceiptHandle.TryParse(entry.ReceiptHandle ?? string.Empty, out var handle) ? handle : throw new SqsException(SqsError.ReceiptHandleIsInvalid);

    private static SqsException Invalid(string value, string parameter, string reason) => new(SqsError.InvalidParameter(value, parameter, reason));
}
