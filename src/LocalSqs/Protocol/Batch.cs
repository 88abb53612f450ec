using System.Buffers;
using LocalSqs.Queues;

namespace LocalSqs.Protocol;

/// <summary>What all batch calls have in common: the rules for entries and the answer's shape.</summary>
internal static class Batch
{
    private const int LargestBatch = 10;
    private const int LongestId = 80;

    private static readonly SearchValues<byte> IdBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    /// <summary>Reads the entries of a batch of deletes or visibility changes into <see cref="SqsRequest.Entries"/>.</summary>
    /// <returns>The queue of the request.</returns>
    public static SqsQueue Read(SqsRequest request, QueueRegistry queues)
    {
        SqsQueue? queue = null;
        var json = new RequestReader(request.Body.WrittenSpan);
        while (json.NextMember())
        {
            if (json.Is("QueueUrl"u8))
            {
                queue = queues.Resolve(ref json);
            }
            else if (json.Is("Entries"u8))
            {
                json.StartArray();
                while (json.NextElement())
                {
                    var entry = default(BatchEntry);
                    json.StartObject();
                    while (json.NextMember())
                    {
                        entry = entry.With(ref json);
                    }

                    request.Entries.Add(entry);
                }
            }
            else
            {
                json.Skip();
            }
        }

        Check(request.Body.WrittenSpan, request.Entries, static entry => (entry.IdStart, entry.IdLength));
        return queue ?? throw new SqsException(SqsError.MissingParameter("QueueUrl"));
    }

    /// <summary>Reads a single delete or visibility change.</summary>
    public static (SqsQueue Queue, BatchEntry Entry) ReadSingle(ReadOnlySpan<byte> body, QueueRegistry queues)
    {
        SqsQueue? queue = null;
        var entry = default(BatchEntry);
        var json = new RequestReader(body);
        while (json.NextMember())
        {
            if (json.Is("QueueUrl"u8))
            {
                queue = queues.Resolve(ref json);
            }
            else
            {
                entry = entry.With(ref json);
            }
        }

        _ = entry.HandleIsValid ?? throw new SqsException(SqsError.MissingParameter("ReceiptHandle"));
        return (queue ?? throw new SqsException(SqsError.MissingParameter("QueueUrl")), entry);
    }

    /// <summary>Checks number, form and difference of the ids.</summary>
    /// <exception cref="SqsException">The whole request is refused.</exception>
    public static void Check<T>(ReadOnlySpan<byte> body, IReadOnlyList<T> entries, Func<T, (int Start, int Length)> idOf)
    {
        if (entries.Count == 0)
        {
            throw new SqsException(SqsError.EmptyBatchRequest);
        }

        if (entries.Count > LargestBatch)
        {
            throw new SqsException(SqsError.TooManyEntries(entries.Count));
        }

        for (var i = 0; i < entries.Count; i++)
        {
            var (start, length) = idOf(entries[i]);
            var id = body.Slice(start, length);
            if (length is 0 or > LongestId || id.ContainsAnyExcept(IdBytes))
            {
                throw new SqsException(SqsError.InvalidBatchEntryId);
            }

            for (var j = 0; j < i; j++)
            {
                var (otherStart, otherLength) = idOf(entries[j]);
                if (body.Slice(otherStart, otherLength).SequenceEqual(id))
                {
                    throw new SqsException(SqsError.IdsNotDistinct(System.Text.Encoding.ASCII.GetString(id)));
                }
            }
        }
    }

    /// <summary>Writes the answer of a batch of deletes or visibility changes.</summary>
    /// <param name="request">The request, its entries read.</param>
    /// <param name="failures">One for each entry; null means success.</param>
    public static void WriteAnswer(SqsRequest request, ReadOnlySpan<EntryFailure?> failures)
    {
        for (var i = 0; i < failures.Length; i++)
        {
            var entry = request.Entries[i];
            var id = request.Body.WrittenSpan.Slice(entry.IdStart, entry.IdLength);
            if (failures[i] is { } failure)
            {
                WriteFailed(request.Scratch, id, failure);
            }
            else
            {
                request.Response.Write(request.Response.Length == 0 ? "{\"Successful\":[{\"Id\":\""u8 : ",{\"Id\":\""u8);
                request.Response.Write(id);
                request.Response.Write("\"}"u8);
            }
        }

        Finish(request);
    }

    /// <summary>Adds a failed entry to <paramref name="failed"/>.</summary>
    public static void WriteFailed(PooledBuffer failed, ReadOnlySpan<byte> id, EntryFailure failure)
    {
        failed.Write(failed.Length == 0 ? "\"Failed\":[{\"Id\":\""u8 : ",{\"Id\":\""u8);
        failed.Write(id);
        failed.Write("\",\"Code\":"u8);
        failed.WriteString(failure.Code);
        failed.Write(failure.SenderFault ? ",\"SenderFault\":true,\"Message\":"u8 : ",\"SenderFault\":false,\"Message\":"u8);
        failed.WriteString(failure.Message);
        failed.Write("}"u8);
    }

    /// <summary>Closes the successful entries and appends the failed ones, which are in <see cref="SqsRequest.Scratch"/>. A list without entries is absent, as on AWS.</summary>
    public static void Finish(SqsRequest request)
    {
        if (request.Response.Length > 0)
        {
            request.Response.Write("]"u8);
        }

        if (request.Scratch.Length > 0)
        {
            request.Response.Write(request.Response.Length > 0 ? ","u8 : "{"u8);
            request.Response.Write(request.Scratch.WrittenSpan);
            request.Response.Write("]"u8);
        }

        request.Response.Write("}"u8);
    }
}
