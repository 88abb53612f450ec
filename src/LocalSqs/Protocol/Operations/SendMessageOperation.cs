using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;
using LocalSqs.Faults;
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

    public void Execute(SqsRequest request)
    {
        var (queue, entry) = SendReader.ReadOne(request.Body.WrittenSpan, _queues);
        queue = queue ?? throw new SqsException(SqsError.MissingParameter("QueueUrl"));
        var body = Unescape(request, entry);
        var output = request.Response;
        output.Write("{"u8);
        if (Send(queue, request, entry, body, output) is { } error)
        {
            throw new SqsException(error);
        }

        output.Write("}"u8);
        queue.WakeReceives();
    }

    public void ExecuteBatch(SqsRequest request)
    {
        var (queue, entries) = SendReader.ReadBatch(request.Body.WrittenSpan, _queues);
        queue = queue ?? throw new SqsException(SqsError.MissingParameter("QueueUrl"));
        Batch.Check(request.Body.WrittenSpan, entries, static entry => (entry.IdStart, entry.IdLength));
        if (entries.Sum(entry => (long)Unescape(request, entry).Length + SendRules.AttributeBytes(entry)) > QueueSettings.LargestMessage)
        {
            throw new SqsException(SqsError.BatchRequestTooLong);
        }

        using var failed = new PooledBuffer();
        foreach (var entry in entries)
        {
            var id = request.Body.WrittenSpan.Slice(entry.IdStart, entry.IdLength);
            var body = Unescape(request, entry);
            var mark = request.Response.Length;
            request.Response.Write(mark == 0 ? "{\"Successful\":[{\"Id\":\""u8 : ",{\"Id\":\""u8);
            request.Response.Write(id);
            request.Response.Write("\","u8);
            var failure = _faults.NextEntryFailure(request.Operation)
                ?? (Send(queue, request, entry, body, request.Response) is { } error ? EntryFailure.Of(error) : null);
            if (failure is null)
            {
                request.Response.Write("}"u8);
            }
            else
            {
                request.Response.Truncate(mark);
                Batch.WriteFailed(failed, id, failure);
            }
        }

        request.Scratch.Clear();
        request.Scratch.Write(failed.WrittenSpan);
        Batch.Finish(request);
        queue.WakeReceives();
    }

    // The unescaped body: the request's own bytes when nothing is escaped, else a copy in Scratch, valid until the next call.
    private static ReadOnlySpan<byte> Unescape(SqsRequest request, SendEntry entry)
    {
        if (entry.BodyStart == 0)
        {
            return [];
        }

        var raw = request.Body.WrittenSpan.Slice(entry.BodyStart, entry.BodyLength);
        if (!raw.Contains((byte)'\\'))
        {
            return Utf8.IsValid(raw) ? raw : throw new SqsException(SqsError.InvalidMessageContents);
        }

        var json = new Utf8JsonReader(request.Body.WrittenSpan.Slice(entry.BodyStart - 1, entry.BodyLength + 2));
        json.Read();
        request.Scratch.Clear();
        var target = request.Scratch.GetSpan(entry.BodyLength);
        try
        {
            return target[..json.CopyString(target)];
        }
        catch (InvalidOperationException)
        {
            // The reader's answer to half a surrogate pair and to bytes that are not UTF-8.
            throw new SqsException(SqsError.InvalidMessageContents);
        }
    }

    private static SqsError? Send(SqsQueue queue, SqsRequest request, SendEntry entry, ReadOnlySpan<byte> body, PooledBuffer output)
    {
        var settings = queue.Settings;
        if (SendRules.Check(entry, body, settings) is { } error)
        {
            return error;
        }

        if (settings.FifoQueue && entry.DeduplicationId is null)
        {
            entry.DeduplicationId = Convert.ToHexStringLower(SHA256.HashData(body));
        }

        var extras = SendRules.ToExtras(entry);
        var draft = new MessageDraft
        {
            EscapedBody = request.Body.WrittenSpan.Slice(entry.BodyStart, entry.BodyLength),
            BodyLength = body.Length,
            BodyMd5 = Md5Digest.Of(body),
            Extras = extras,
            DelaySeconds = entry.DelaySeconds,
        };
        var sent = queue.Send(draft);
        Write(output, draft.BodyMd5, extras, sent);
        return null;
    }

    private static void Write(PooledBuffer output, Md5Digest bodyMd5, MessageExtras? extras, SentMessage sent)
    {
        output.Write("\"MessageId\":\""u8);
        MessageWriter.WriteId(output, sent.Id);
        output.Write("\",\"MD5OfMessageBody\":\""u8);
        MessageWriter.WriteDigest(output, bodyMd5);
        output.Write("\""u8);
        if (extras?.Attributes.Count > 0)
        {
            output.Write(",\"MD5OfMessageAttributes\":\""u8);
            MessageWriter.WriteDigest(output, extras.AttributesMd5);
            output.Write("\""u8);
        }

        if (extras?.TraceHeader is { } trace)
        {
            output.Write(",\"MD5OfMessageSystemAttributes\":\""u8);
            MessageWriter.WriteDigest(output, AttributeDigest.Of([new MessageAttribute("AWSTraceHeader", "String", trace, default)]));
            output.Write("\""u8);
        }

        if (sent.SequenceNumber > 0)
        {
            output.Write(",\"SequenceNumber\":\""u8);
            output.Write(System.Text.Encoding.ASCII.GetBytes(MessageWriter.FormatSequence(sent.SequenceNumber)));
            output.Write("\""u8);
        }
    }
}
