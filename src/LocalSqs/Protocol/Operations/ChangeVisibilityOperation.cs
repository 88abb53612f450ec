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
        SqsQueue? queue = null;
        bool? valid = null;
        int? seconds = null;
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
            else if (json.Is("VisibilityTimeout"u8))
            {
                seconds = json.Integer();
            }
            else
            {
                json.Skip();
            }
        }

        var failure = Change(
            queue ?? throw new SqsException(SqsError.MissingParameter("QueueUrl")),
            valid ?? throw new SqsException(SqsError.MissingParameter("ReceiptHandle")),
            handle,
            seconds ?? throw new SqsException(SqsError.MissingParameter("VisibilityTimeout")));
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
                ?? (Change(queue, entry.HandleIsValid, entry.Handle, entry.VisibilityTimeout ?? 0) is { } error ? EntryFailure.Of(error) : null);
        }

        Batch.WriteAnswer(request, failures);
    }

    private static SqsError? Change(SqsQueue queue, bool valid, in ReceiptHandle handle, int seconds)
    {
        if (!valid)
        {
            return SqsError.ReceiptHandleIsInvalid;
        }

        if (seconds is < 0 or > LongestVisibilitySeconds)
        {
            return SqsError.InvalidParameter($"{seconds}", "VisibilityTimeout", "Must be between 0 and 43200.");
        }

        return queue.ChangeVisibility(handle, seconds) switch
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
