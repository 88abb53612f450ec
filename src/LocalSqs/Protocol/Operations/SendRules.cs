using System.Buffers;
using System.Globalization;
using System.Text;
using LocalSqs.Protocol.Json;
using LocalSqs.Queues;

namespace LocalSqs.Protocol.Operations;

/// <summary>What SQS demands of a message that is sent.</summary>
internal static class SendRules
{
    private const int LongestDelaySeconds = 900;
    private const int MostAttributes = 10;
    private const int LongestId = 128; // of a group or deduplication id
    private const string TraceHeader = "AWSTraceHeader";

    // Allowed are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD and above; U+FFFE and U+FFFF are sought apart.
    private static readonly SearchValues<byte> ForbiddenBytes = SearchValues.Create(
        [TextConverter.NotUnicode, .. Enumerable.Range(0, 0x20).Where(static code => code is not (0x09 or 0x0A or 0x0D)).Select(static code => (byte)code)]);

    private static readonly SearchValues<char> AttributeNameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

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

        if (body.Length + AttributeBytes(entry) > settings.MaximumMessageSize)
        {
            return SqsError.InvalidParameter(string.Create(
                CultureInfo.InvariantCulture,
                $"One or more parameters are invalid. Reason: Message must be shorter than {settings.MaximumMessageSize} bytes."));
        }

        if (body.ContainsAny(ForbiddenBytes) || body.IndexOf("\uFFFE"u8) >= 0 || body.IndexOf("\uFFFF"u8) >= 0)
        {
            return SqsError.InvalidMessageContents;
        }

        if (entry.DelaySeconds is < 0 or > LongestDelaySeconds)
        {
            return SqsError.InvalidParameter($"{entry.DelaySeconds}", "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.");
        }

        return CheckGroup(entry, settings) ?? CheckAttributes(entry);
    }

    /// <summary>The rare parts of a checked message; null when it has none.</summary>
    public static MessageExtras? ToExtras(SendRequest entry)
    {
        var attributes = entry.MessageAttributes ?? [];
        var trace = entry.MessageSystemAttributes?.GetValueOrDefault(TraceHeader)?.StringValue;
        if (attributes.Count == 0 && trace is null && entry.MessageGroupId is null && entry.MessageDeduplicationId is null)
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
            TraceHeader = trace,
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

        if (entry.MessageDeduplicationId is null && !settings.ContentBasedDeduplication)
        {
            return SqsError.InvalidParameter(
                "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
        }

        return entry.DelaySeconds is > 0
            ? SqsError.InvalidParameter($"{entry.DelaySeconds}", "DelaySeconds", "The request include parameter that is not valid for this queue type.")
            : null;
    }

    private static SqsError? CheckAttributes(SendRequest entry)
    {
        var attributes = entry.MessageAttributes ?? [];
        if (attributes.Count > MostAttributes)
        {
            return SqsError.InvalidParameter($"Number of message attributes [{attributes.Count}] exceeds the allowed maximum [{MostAttributes}].");
        }

        foreach (var name in (entry.MessageSystemAttributes ?? []).Keys)
        {
            if (name != TraceHeader)
            {
                return SqsError.InvalidParameter($"Message system attribute name '{name}' is invalid. Only AWSTraceHeader is allowed.");
            }
        }

        foreach (var (name, value) in attributes)
        {
            if ((CheckName(name) ?? CheckValue(name, value)) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static SqsError? CheckName(string name)
    {
        var reserved = name.StartsWith("AWS.", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Amazon.", StringComparison.OrdinalIgnoreCase);
        var dots = name.StartsWith('.') || name.EndsWith('.') || name.Contains("..", StringComparison.Ordinal);
        return name.Length is 0 or > 256 || reserved || dots || name.AsSpan().ContainsAnyExcept(AttributeNameCharacters)
            ? SqsError.InvalidParameter("Message attribute name is invalid: A-Z, a-z, 0-9, underscore, hyphen and period, no reserved prefix, at most 256 characters.")
            : null;
    }

    private static SqsError? CheckValue(string name, AttributeValue value)
    {
        if (string.IsNullOrEmpty(value.DataType))
        {
            return SqsError.InvalidParameter($"The message attribute '{name}' must contain a non-empty message attribute type.");
        }

        var type = TypeOf(value);
        if (type is not ("String" or "Number" or "Binary"))
        {
            return SqsError.InvalidParameter(
                $"The message attribute '{name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.");
        }

        if (type == "Binary" ? value.BinaryValue is not { Length: > 0 } : string.IsNullOrEmpty(value.StringValue))
        {
            return SqsError.InvalidParameter(
                $"The message attribute '{name}' must contain a non-empty message attribute value for message attribute type '{type}'.");
        }

        return type == "Number" && !double.TryParse(value.StringValue, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? SqsError.InvalidParameter($"Can't cast the value of message (user) attribute '{name}' to a number.")
            : null;
    }

    private static string TypeOf(AttributeValue value) => value.DataType!.Split('.', 2)[0];

    // Absent is fine.
    private static bool IsValidId(string? id) => id is null || (id.Length is > 0 and <= LongestId && id.All(static character => character is > ' ' and <= '~'));
}
