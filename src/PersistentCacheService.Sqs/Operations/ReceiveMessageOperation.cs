using System.Globalization;
using System.Text.Json;
using Amazon.SQS.Model;
using PersistentCacheService.Sqs.Transport;

namespace PersistentCacheService.Sqs.Operations;

/// <summary>The hot path: bodies are unescaped where they lie in the reply, the system attributes that matter are read as numbers, the rest on demand.</summary>
internal sealed class ReceiveMessageOperation() : SqsOperation<ReceiveMessageRequest, ReceiveMessageResponse>("ReceiveMessage")
{
    public static readonly ReceiveMessageOperation Instance = new();

    public override void WriteMembers(Utf8JsonWriter writer, ReceiveMessageRequest request)
    {
        WriteOptional(writer, "QueueUrl"u8, request.QueueUrl);
        WriteOptional(writer, "MaxNumberOfMessages"u8, request.MaxNumberOfMessages);
        WriteOptional(writer, "WaitTimeSeconds"u8, request.WaitTimeSeconds);
        WriteOptional(writer, "VisibilityTimeout"u8, request.VisibilityTimeout);
        WriteList(writer, "MessageSystemAttributeNames"u8, request.MessageSystemAttributeNames);
        WriteList(writer, "MessageAttributeNames"u8, request.MessageAttributeNames);
        WriteOptional(writer, "ReceiveRequestAttemptId"u8, request.ReceiveRequestAttemptId);
    }

    public override ReceiveMessageResponse ReadResponse(PooledBytes content)
    {
        var response = new ReceiveMessageResponse(content);
        var reader = new Utf8JsonReader(content.Span);
        reader.ReadObjectStart();
        while (reader.ReadName())
        {
            if (reader.ValueTextEquals("Messages"u8))
            {
                response.Messages = ReadMessages(ref reader, content);
            }
            else
            {
                reader.Skip();
            }
        }

        RequireEnd(ref reader);
        return response;
    }

    protected override ReceiveMessageResponse ReadResponse(ref Utf8JsonReader reader) =>
        throw new InvalidOperationException("A receive's reply keeps its buffer.");

    private static List<Message>? ReadMessages(ref Utf8JsonReader reader, PooledBytes content)
    {
        List<Message>? messages = null;
        if (reader.ReadArrayStart())
        {
            while (reader.ReadElementStart())
            {
                (messages ??= []).Add(ReadMessage(ref reader, content));
            }
        }

        return messages;
    }

    private static Message ReadMessage(ref Utf8JsonReader reader, PooledBytes content)
    {
        string? messageId = null;
        string? receiptHandle = null;
        Range body = default;
        SystemAttributes system = default;
        Dictionary<string, MessageAttributeValue>? attributes = null;
        while (reader.ReadName())
        {
            if (reader.ValueTextEquals("Body"u8))
            {
                body = ReadBody(ref reader, content);
            }
            else if (reader.ValueTextEquals("ReceiptHandle"u8))
            {
                receiptHandle = reader.ReadString();
            }
            else if (reader.ValueTextEquals("MessageId"u8))
            {
                messageId = reader.ReadString();
            }
            else if (reader.ValueTextEquals("Attributes"u8))
            {
                system = ReadSystemAttributes(ref reader);
            }
            else if (reader.ValueTextEquals("MessageAttributes"u8))
            {
                attributes = MessageAttributesReader.Read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return new Message(content, body, system.Range)
        {
            MessageId = messageId,
            ReceiptHandle = receiptHandle ?? throw new JsonException("A message without ReceiptHandle."),
            MessageAttributes = attributes,
            SentTimestampMilliseconds = system.SentTimestamp,
            ApproximateReceiveCount = (int?)system.ReceiveCount,
            MessageGroupId = system.MessageGroupId,
        };
    }

    /// <summary>Unescapes a body within the reply and says where it is. The reader never looks back at a token it has passed.</summary>
    private static Range ReadBody(ref Utf8JsonReader reader, PooledBytes content)
    {
        reader.ReadToken();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException($"Body is {reader.TokenType}, not a string.");
        }

        var start = checked((int)reader.TokenStartIndex) + 1; // after the quote
        var length = reader.ValueSpan.Length;
        if (reader.ValueIsEscaped)
        {
            length = JsonUnescape.InPlace(content.Span.Slice(start, length));
        }

        return new Range(start, start + length);
    }

    private static SystemAttributes ReadSystemAttributes(ref Utf8JsonReader reader)
    {
        reader.ReadToken();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"Attributes is {reader.TokenType}, not an object.");
        }

        var start = checked((int)reader.TokenStartIndex);
        long? sent = null;
        long? receives = null;
        string? group = null;
        while (reader.ReadName())
        {
            if (reader.ValueTextEquals("SentTimestamp"u8))
            {
                sent = ReadNumber(ref reader);
            }
            else if (reader.ValueTextEquals("ApproximateReceiveCount"u8))
            {
                receives = ReadNumber(ref reader);
            }
            else if (reader.ValueTextEquals("MessageGroupId"u8))
            {
                group = reader.ReadString();
            }
            else
            {
                reader.Skip();
            }
        }

        return new SystemAttributes(new Range(start, checked((int)reader.BytesConsumed)), sent, receives, group);
    }

    /// <summary>A number within a string; null when it is something else.</summary>
    private static long? ReadNumber(ref Utf8JsonReader reader)
    {
        reader.ReadToken();
        if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
        {
            return long.TryParse(reader.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
        }

        reader.Skip();
        return null;
    }

    /// <summary>What is read of a message's system attributes at once, and where all of them are.</summary>
    private readonly record struct SystemAttributes(Range? Range, long? SentTimestamp, long? ReceiveCount, string? MessageGroupId);
}
