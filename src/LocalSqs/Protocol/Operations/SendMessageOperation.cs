using LocalSqs.Faults;
using LocalSqs.Protocol.Json;
using LocalSqs.Queues;

namespace LocalSqs.Protocol.Operations;

/// <summary>SendMessage and SendMessageBatch.</summary>
internal sealed class SendMessageOperation
{
    private readonly QueueRegistry _queues;
    private readonly SqsFaults _faults;

    public SendMessageOperation(QueueRegistry queues, SqsFaults faults)
    {
        _queues = queues;
        _faults = faults;
    }

    public EntryAnswer Execute(SendRequest request)
    {
        var queue = _queues.Demand(request.QueueUrl);
        var answer = Send(queue, request);
        queue.WakeReceives();
        return answer;
    }

    public BatchAnswer ExecuteBatch(BatchRequest<SendRequest> request)
    {
        var queue = _queues.Demand(request.QueueUrl);
        var entries = Batch.Check(request);
        if (entries.Sum(static entry => (long)(entry.MessageBody?.Length ?? 0) + SendRules.AttributeBytes(entry)) > QueueSettings.LargestMessage)
        {
            throw new SqsException(SqsError.BatchRequestTooLong);
        }

        var answer = Batch.Execute(entries, SqsOperation.SendMessageBatch, _faults, entry => Send(queue, entry));
        queue.WakeReceives();
        return answer;
    }

    private static EntryAnswer Send(SqsQueue queue, SendRequest entry)
    {
        if (SendRules.Check(entry, queue.Settings) is { } error)
        {
            throw new SqsException(error);
        }

        var extras = SendRules.ToExtras(entry);
        var body = MessageBody.Of(entry.MessageBody!);
        var sent = queue.Send(new MessageDraft(body, extras));
        return new EntryAnswer
        {
            MessageId = sent.Id.ToString(),
            MD5OfMessageBody = $"{body.Md5:x32}",
            MD5OfMessageAttributes = extras is { Attributes.Count: > 0 } ? AttributeDigest.Of(extras.Attributes) : null,
            SequenceNumber = sent.SequenceNumber > 0 ? $"{sent.SequenceNumber:D20}" : null,
        };
    }
}
