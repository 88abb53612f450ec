using LocalSqs.Faults;
using LocalSqs.Queues;

namespace LocalSqs.Protocol.Operations;

/// <summary>DeleteMessage and DeleteMessageBatch.</summary>
internal sealed class DeleteMessageOperation
{
    private readonly QueueRegistry _queues;
    private readonly SqsFaults _faults;

    public DeleteMessageOperation(QueueRegistry queues, SqsFaults faults)
    {
        _queues = queues;
        _faults = faults;
    }

    public void Execute(SqsRequest request)
    {
        var (queue, entry) = Batch.ReadSingle(request.Body.WrittenSpan, _queues);
        if (Delete(queue, entry) is { } failure)
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
                ?? (Delete(queue, request.Entries[i]) is { } error ? EntryFailure.Of(error) : null);
        }

        Batch.WriteAnswer(request, failures);
    }

    private static SqsError? Delete(SqsQueue queue, in BatchEntry entry) =>
        entry.HandleIsValid != true
            ? SqsError.ReceiptHandleIsInvalid
            : queue.Delete(entry.Handle) switch
            {
                DeleteOutcome.Foreign => SqsError.ReceiptHandleIsInvalid,
                DeleteOutcome.Expired => SqsError.InvalidParameter("given", "ReceiptHandle", "The receipt handle has expired."),
                _ => null,
            };
}
