using System.Globalization;
using System.Text.Json;
using Amazon.SQS.Model;
using PersistentCacheService.Sqs.Transport;

namespace PersistentCacheService.Sqs.Operations;

/// <summary>
/// Reads a receive's reply. All but the bodies is <see cref="Utf8JsonReader"/>'s work; at a body it is stopped, <see cref="JsonText"/> unescapes the
/// string in the buffer, and the reader, told that the value was an empty string, goes on behind it.
/// </summary>
internal ref struct ReceiveReplyReader
{
    private readonly PooledBytes _content;
    private Utf8JsonReader _reader;

    // Where in the content the reader's input begins.
    private int _offset;

    public ReceiveReplyReader(PooledBytes content)
    {
        _content = content;
        _reader = new Utf8JsonReader(content.Span);
    }

    private readonly int Position => _offset + checked((int)_reader.BytesConsumed);

    /// <summary>Reads the whole reply.</summary>
    /// <exception cref="JsonException">It is not JSON of the expected form.</exception>
    public ReceiveMessageResponse Read()
    {
        List<Message>? messages = null;
        _reader.ReadObjectStart();
        while (_reader.ReadName())
        {
            if (_reader.ValueTextEquals("Messages"u8))
            {
                messages = ReadMessages();
            }
            else
            {
                _reader.Skip();
            }
        }

        _reader.RequireEnd();
        return new ReceiveMessageResponse(_content) { Messages = messages };
    }

    private List<Message>? ReadMessages()
    {
        List<Message>? messages = null;
        if (_reader.ReadArrayStart())
        {
            while (_reader.ReadElementStart())
            {
                (messages ??= []).Add(ReadMessage());
            }
        }

        return messages;
    }

    private Message ReadMessage()
    {
        string? messageId = null;
        byte[]? receiptHandle = null;
        Range body = default;
        SystemAttributes system = default;
        Dictionary<string, MessageAttributeValue>? attributes = null;
        while (_reader.ReadName())
        {
            if (_reader.ValueTextEquals("Body"u8))
            {
                body = ReadBody();
            }
            else if (_reader.ValueTextEquals("ReceiptHandle"u8))
            {
                receiptHandle = _reader.ReadStringUtf8();
            }
            else if (_reader.ValueTextEquals("MessageId"u8))
            {
                messageId = _reader.ReadString();
            }
            else if (_reader.ValueTextEquals("Attributes"u8))
            {
                system = ReadSystemAttributes();
            }
            else if (_reader.ValueTextEquals("MessageAttributes"u8))
            {
                attributes = MessageAttributesReader.Read(ref _reader);
            }
            else
            {
                _reader.Skip();
            }
        }

        return new Message(_content, receiptHandle ?? throw new JsonException("A message without ReceiptHandle."), body, system.Range)
        {
            MessageId = messageId,
            MessageAttributes = attributes,
            SentTimestampMilliseconds = system.SentTimestamp,
            ApproximateReceiveCount = (int?)system.ReceiveCount,
            MessageGroupId = system.MessageGroupId,
        };
    }

    /// <summary>Unescapes a body within the content and says where it is.</summary>
    private Range ReadBody()
    {
        var content = _content.Span;
        var start = Position;
        while (start < content.Length && content[start] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            start++;
        }

        if (start >= content.Length || content[start] != (byte)'"')
        {
            // null is an empty body; anything else ReadString refuses.
            return _reader.ReadString() is null ? default : throw new JsonException("Body is not a string.");
        }

        start++;
        var length = JsonText.UnescapeInPlace(content[start..], out var consumed);
        var stub = new Utf8JsonReader("\"\""u8, isFinalBlock: false, _reader.CurrentState);
        stub.ReadToken();
        _offset = start + consumed;
        _reader = new Utf8JsonReader(content[_offset..], isFinalBlock: true, stub.CurrentState);
        return new Range(start, start + length);
    }

    private SystemAttributes ReadSystemAttributes()
    {
        _reader.ReadToken();
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"Attributes is {_reader.TokenType}, not an object.");
        }

        var start = _offset + checked((int)_reader.TokenStartIndex);
        long? sent = null;
        long? receives = null;
        string? group = null;
        while (_reader.ReadName())
        {
            if (_reader.ValueTextEquals("SentTimestamp"u8))
            {
                sent = ReadNumber();
            }
            else if (_reader.ValueTextEquals("ApproximateReceiveCount"u8))
            {
                receives = ReadNumber();
            }
            else if (_reader.ValueTextEquals("MessageGroupId"u8))
            {
                group = _reader.ReadString();
            }
            else
            {
                _reader.Skip();
            }
        }

        return new SystemAttributes(new Range(start, Position), sent, receives, group);
    }

    /// <summary>A number within a string; null when it is something else.</summary>
    private long? ReadNumber()
    {
        _reader.ReadToken();
        if (_reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
        {
            return long.TryParse(_reader.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
        }

        _reader.Skip();
        return null;
    }

    /// <summary>What is read of a message's system attributes at once, and where all of them are.</summary>
    private readonly record struct SystemAttributes(Range? Range, long? SentTimestamp, long? ReceiveCount, string? MessageGroupId);
}
