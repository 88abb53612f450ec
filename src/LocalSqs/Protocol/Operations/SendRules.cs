using System.Buffers;
using System.Text;
using LocalSqs.Protocol.Json;
using LocalSqs.Queues;

namespace LocalSqs.Protocol.Operations;

/// <summary>What SQS demands of a message that is sent.</summary>
internal static class SendRules
{
    private const int LongestId = 128; // of a group or deduplication id

    // Allowed are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD and above; U+FFFE and U+FFFF are sought apart.
    private static readonly SearchValues<byte> ForbiddenBytes = SearchValues.Create(
        [TextConverter.NotUnicode, .. Enumerable.Range(0, 0x20).Where(static code => code is not (0x09 or 0x0A or 0x0D)).Select(static code => (byte)code)]);

    /// <summary>Bytes that attributes count for: names, types and values.</summary>
    public static int AttributeBytes(SendRequest entry) =>
        (entry.MessageAttributes ?? []).Sum(static pair =>
            Encoding.UTF8.GetByteCount(pair.Key)
            + Encoding.UTF8.GetByteCount(pair.Value.DataType ?? string.Empty)
            + Encoding.UTF8.GetByteCount(pair.Value.StringValue ?? string.Empty)
            + (pair.Value.BinaryValue?.Length ?? 0));

    /// <summary>Checks one message; null means it can be sent.</summary>
    public static SqsError? Check(SendRequest entry, QueueSettings settings)
    {
        if (entry.MessageBody is not { } text)
        {
            return SqsError.MissingParameter("MessageBody");
        }

        ReadOnlySpan<byte> body = text;
        if (body.IsEmpty)
        {
            return SqsError.InvalidParameter("The request must contain a message body of at least 1 character.");
        }

        if (body.Length + AttributeBytes(entry) > QueueSettings.LargestMessage)
        {
            return SqsError.InvalidParameter("One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.");
        }

        if (body.ContainsAny(ForbiddenBytes) || body.IndexOf("\uFFFE"u8) >= 0 || body.IndexOf("\uFFFF"u8) >= 0)
        {
            return SqsError.InvalidMessageContents;
        }

        if (entry.DelaySeconds is not (null or 0))
        {
            return SqsError.Unsupported("Messages cannot be delayed here.");
        }

        return CheckGroup(entry, settings) ?? CheckAttributes(entry);
    }

    /// <summary>The rare parts of a checked message; null when it has none.</summary>
    public static MessageExtras? ToExtras(SendRequest entry)
    {
        var attributes = entry.MessageAttributes ?? [];
        if (attributes.Count == 0 && entry.MessageGroupId is null && entry.MessageDeduplicationId is null)
        {
            return null;
        }

        return new MessageExtras
        {
            Attributes =
            [
                .. attributes
                    .OrderBy(static pair => pair.Key, StringComparer.Ordinal)
                    .Select(static pair => new MessageAttribute(
                        pair.Key, pair.Value.DataType!, pair.Value.StringValue, TypeOf(pair.Value) == "Binary" ? pair.Value.BinaryValue : null)),
            ],
            GroupId = entry.MessageGroupId,
            DeduplicationId = entry.MessageDeduplicationId,
        };
    }

    private static SqsError? CheckGroup(SendRequest entry, QueueSettings settings)
    {
        if (!IsValidId(entry.MessageGroupId))
        {
            return SqsError.InvalidParameter("given", "MessageGroupId", "MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.");
        }

        if (!IsValidId(entry.MessageDeduplicationId))
        {
            return SqsError.InvalidParameter(
                "given", "MessageDeduplicationId", "MessageDeduplicationId can only include alphanumeric and punctuation characters. 1 to 128 in length.");
        }

        if (!settings.FifoQueue)
        {
            return entry.MessageDeduplicationId is null
                ? null
                : SqsError.InvalidParameter("given", "MessageDeduplicationId", "The request includes a parameter that is not valid for this queue type.");
        }

        if (entry.MessageGroupId is null)
        {
            return SqsError.MissingParameter("MessageGroupId");
        }

        return entry.MessageDeduplicationId is null
            ? SqsError.InvalidParameter("The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")
            : null;
    }

    // Only what the digest needs; the many rules of names and values are SQS's own.
    private static SqsError? CheckAttributes(SendRequest entry) =>
        (entry.MessageAttributes ?? []).Values.Any(static value => string.IsNullOrEmpty(value.DataType) || (value.StringValue is null && value.BinaryValue is null))
            ? SqsError.InvalidParameter("A message attribute needs a type and a value.")
            : null;

    private static string TypeOf(AttributeValue value) => value.DataType!.Split('.', 2)[0];

    // Absent is fine.
    private static bool IsValidId(string? id) => id is null || (id.Length is > 0 and <= LongestId && id.All(static character => character is > ' ' and <= '~'));
}
