using LocalSqs.Faults;
using LocalSqs.Queues;

namespace LocalSqs.Protocol.Operations;

/// <summary>ChangeMessageVisibility and ChangeMessageVisibilityBatch.</summary>
internal sealed class ChangeVisibilityOperation
{
    private const int LongestVisibilitySeconds = 43_200;

    private readonly QueueRegistry _queues;
    private readonly SqsFaults _faults;

    public ChangeVisibilityOperation(QueueRegistry queues, SqsFaults faults)
    {
        _queues = queues;
        _faults = faults;
    }

    public void Execute(SqsRequest request)
    {
        var (queue, entry) = Batch.ReadSingle(request.Body.WrittenSpan, _queues);
        _ = entry.VisibilityTimeout ?? throw new SqsException(SqsError.MissingParameter("VisibilityTimeout"));
        if (Change(queue, entry) is { } failure)
        {
            throw new SqsException(failure);
        }

        request.Response.Write("{}"u8);
    }

    public void ExecuteBatch(SqsRequest request)
    {
        var queue = Batch.Read(request, _queues);
        var failures = new EntryFailure?[request.Entries.Count];
        for (var i = 0; i < failures.Length; i++)
        {
            failures[i] = _faults.NextEntryFailure(request.Operation)
                ?? (Change(queue, request.Entries[i]) is { } error ? EntryFailure.Of(error) : null);
        }

        Batch.WriteAnswer(request, failures);
    }

    private static SqsError? Change(SqsQueue queue, in BatchEntry entry)
    {
        if (entry.HandleIsValid != true)
        {
            return SqsError.ReceiptHandleIsInvalid;
        }

        var seconds = entry.VisibilityTimeout ?? 0;
        if (seconds is < 0 or > LongestVisibilitySeconds)
        {
            return SqsError.InvalidParameter($"{seconds}", "VisibilityTimeout", "Must be between 0 and 43200.");
        }

        return queue.ChangeVisibility(entry.Handle, seconds) switch
        {
            VisibilityOutcome.Foreign => SqsError.ReceiptHandleIsInvalid,
            VisibilityOutcome.NotInFlight => SqsError.MessageNotInflight,
            VisibilityOutcome.Gone => SqsError.InvalidParameter(
                "given", "ReceiptHandle", "Message does not exist or is not available for visibility timeout change."),
            VisibilityOutcome.BeyondLimit => SqsError.InvalidParameter(
                $"{seconds}", "VisibilityTimeout", "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]."),
            _ => null,
        };
    }
}
