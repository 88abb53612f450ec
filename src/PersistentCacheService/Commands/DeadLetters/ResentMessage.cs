using Amazon.SQS.Model;
using PersistentCacheService.Queue;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>A dead letter as it is sent again: the same body, attributes, trace header, group and deduplication id.</summary>
internal static class ResentMessage
{
    /// <summary>Why a message cannot be sent without harm.</summary>
    public const string NoRoom = "they have no time of their own and ten attributes already, so the time of their first sending cannot be kept";

    private const int MostAttributes = 10; // of a message, a limit of SQS
    private const int LargestBatch = 1024 * 1024; // bytes of all its messages, attributes included
    private const string TraceHeader = "AWSTraceHeader";

    /// <summary>Whether the time of the first sending can be told, if it counts.</summary>
    public static bool CanKeepTime(DeadLetter letter) =>
        !NeedsTime(letter) || (letter.Message.MessageAttributes?.Count ?? 0) < MostAttributes || letter.Message.MessageAttributes!.ContainsKey(OriginalTime.AttributeName);

    /// <summary>One message alone.</summary>
    public static SendMessageRequest Request(DeadLetter letter, Uri destination) => new()
    {
        QueueUrl = destination.AbsoluteUri,
        MessageBody = letter.Message.Body,
        MessageAttributes = Attributes(letter),
        MessageSystemAttributes = SystemAttributes(letter),
        MessageGroupId = letter.GroupId,
        MessageDeduplicationId = letter.Attribute("MessageDeduplicationId"),
    };

    /// <summary>One message of a batch, for a standard queue.</summary>
    public static SendMessageBatchRequestEntry Entry(DeadLetter letter, string id) => new()
    {
        Id = id,
        MessageBody = letter.Message.Body,
        MessageAttributes = Attributes(letter),
        MessageSystemAttributes = SystemAttributes(letter),
        // A standard queue may have groups, too, for fairness.
        MessageGroupId = letter.GroupId,
    };

    /// <summary>Batches that one call takes; what cannot be sent without harm is left out and counted.</summary>
    public static IEnumerable<List<DeadLetter>> Batches(IReadOnlyList<DeadLetter> letters, RunTally tally)
    {
        var batch = new List<DeadLetter>(DeadLetterQueue.BatchSize);
        var bytes = 0;
        foreach (var letter in letters)
        {
            if (!CanKeepTime(letter))
            {
                tally.Fail(1, NoRoom);
                continue;
            }

            var size = SizeOf(letter);
            if (batch.Count == DeadLetterQueue.BatchSize || (batch.Count > 0 && bytes + size > LargestBatch))
            {
                yield return batch;
                (batch, bytes) = (new List<DeadLetter>(DeadLetterQueue.BatchSize), 0);
            }

            batch.Add(letter);
            bytes += size;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private static bool NeedsTime(DeadLetter letter) => letter.Diagnosis.TakesQueueTime && letter.Origin.SentTimestamp > 0;

    private static Dictionary<string, MessageAttributeValue>? Attributes(DeadLetter letter)
    {
        var attributes = letter.Message.MessageAttributes is { Count: > 0 } own ? new Dictionary<string, MessageAttributeValue>(own, StringComparer.Ordinal) : null;
        if (NeedsTime(letter))
        {
            (attributes ??= new Dictionary<string, MessageAttributeValue>(StringComparer.Ordinal))[OriginalTime.AttributeName] = OriginalTime.Value(letter.Origin.SentTimestamp);
        }

        return attributes;
    }

    private static Dictionary<string, MessageSystemAttributeValue>? SystemAttributes(DeadLetter letter) => letter.Attribute(TraceHeader) is { } trace
        ? new Dictionary<string, MessageSystemAttributeValue>(StringComparer.Ordinal) { [TraceHeader] = new() { DataType = "String", StringValue = trace } }
        : null;

    private static int SizeOf(DeadLetter letter)
    {
        var size = letter.Body.Length;
        foreach (var (name, value) in Attributes(letter) ?? [])
        {
            // A letter has at most four bytes of UTF-8.
            size += (4 * (name.Length + (value.DataType?.Length ?? 0) + (value.StringValue?.Length ?? 0))) + (int)(value.BinaryValue?.Length ?? 0);
        }

        return size;
    }
}
