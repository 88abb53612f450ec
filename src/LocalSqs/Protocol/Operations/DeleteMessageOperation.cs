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
        SqsQueue? queue = null;
        bool? valid = null;
        ReceiptHandle handle = default;
        var json = new RequestReader(request.Body.WrittenSpan);
        while (json.NextMember())
        {
            if (json.Is("QueueUrl"u8))
            {
                queue = _queues.Resolve(ref json);
            }
            else if (json.Is("ReceiptHandle"u8))
            {
                valid = json.TryReadHandle(out handle);
            }
            else
            {
                json.Skip();
            }
        }

        var failure = Delete(
            queue ?? throw new SqsException(SqsError.MissingParameter("QueueUrl")),
            valid ?? throw new SqsException(SqsError.MissingParameter("ReceiptHandle")),
            handle);
        if (failure is not null)
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
            var entry = request.Entries[i];
            failures[i] = _faults.NextEntryFailure(request.Operation)
                ?? (Delete(queue, entry.HandleIsValid, entry.Handle) is { } error ? EntryFailure.Of(error) : null);
        }

        Batch.WriteAnswer(request, failures);
    }

    private static SqsError? Delete(SqsQueue queue, bool valid, in ReceiptHandle handle) =>
        !valid
            ? SqsError.ReceiptHandleIsInvalid
            : queue.Delete(handle) switch
            {
                DeleteOutcome.Foreign => SqsError.ReceiptHandleIsInvalid,
                DeleteOutcome.Expired => SqsError.InvalidParameter("given", "ReceiptHandle", "The receipt handle has expired."),
                _ => null,
            };
}
