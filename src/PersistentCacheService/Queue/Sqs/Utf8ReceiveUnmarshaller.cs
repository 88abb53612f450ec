using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using Amazon.SQS.Model;
using Amazon.SQS.Model.Internal.MarshallTransformations;

namespace PersistentCacheService.Queue.Sqs;

/// <summary>
/// Reads the answer of a receive call (AWS JSON protocol 1.0) from the array that holds it. The SDK's own unmarshaller makes each body a string of twice
/// its size, which the decoder would turn back into UTF-8: a quarter of the worker's processor time and half of what it allocates.
/// </summary>
internal sealed class Utf8ReceiveUnmarshaller : ReceiveMessageResponseUnmarshaller
{
    // No JSON and no UTF-8, so the message is malformed.
    private const byte NoText = 0xFF;

    /// <inheritdoc/>
    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
    {
        var response = new ReceiveMessageResponse { Messages = [] };
        var reader = new Utf8JsonReader(ContentsOf(input.Stream));
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextMember(ref reader))
        {
            if (reader.ValueTextEquals("Messages"u8) && Enters(ref reader, JsonTokenType.StartArray))
            {
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    response.Messages.Add(ReadMessage(ref reader));
                }
            }
            else
            {
                reader.Skip();
            }
        }

        return response;
    }

    private static ReadOnlySpan<byte> ContentsOf(Stream stream)
    {
        if (stream is MemoryStream memory && memory.TryGetBuffer(out var contents))
        {
            return contents;
        }

        // Something stands between us and the answer that SqsHttp has read.
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.GetBuffer().AsSpan(0, (int)copy.Length);
    }

    private static Utf8Message ReadMessage(ref Utf8JsonReader reader)
    {
        var message = new Utf8Message();
        while (NextMember(ref reader))
        {
            if (reader.ValueTextEquals("Body"u8))
            {
                ReadBody(ref reader, message);
            }
            else if (reader.ValueTextEquals("MessageId"u8))
            {
                message.MessageId = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("ReceiptHandle"u8))
            {
                message.ReceiptHandle = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("Attributes"u8))
            {
                ReadAttributes(ref reader, message);
            }
            else if (reader.ValueTextEquals("MessageAttributes"u8))
            {
                message.MessageAttributes = ReadMessageAttributes(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return message;
    }

    private static void ReadBody(ref Utf8JsonReader reader, Utf8Message message)
    {
        if (!IsText(ref reader))
        {
            return;
        }

        // Escapes only shrink.
        message.Rented = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            message.Length = reader.CopyString(message.Rented);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, which AWS does not take and other servers may. Only this message is broken, not those that came with it.
            message.Rented[0] = NoText;
            message.Length = 1;
        }
    }

    /// <summary>System attributes. Every message has two numbers among them, which become neither strings nor entries of a dictionary.</summary>
    private static void ReadAttributes(ref Utf8JsonReader reader, Utf8Message message)
    {
        if (!Enters(ref reader, JsonTokenType.StartObject))
        {
            reader.Skip();
            return;
        }

        while (NextMember(ref reader))
        {
            if (reader.ValueTextEquals("SentTimestamp"u8))
            {
                message.SentTimestamp = ReadNumber(ref reader);
            }
            else if (reader.ValueTextEquals("ApproximateReceiveCount"u8))
            {
                message.ReceiveCount = ReadNumber(ref reader);
            }
            else
            {
                var name = reader.GetString()!;
                message.Attributes ??= [];
                message.Attributes[name] = ReadText(ref reader) ?? "";
            }
        }
    }

    /// <summary>Goes to the member's value and reads it.</summary>
    /// <returns>0: it is no text of digits alone.</returns>
    private static long ReadNumber(ref Utf8JsonReader reader) =>
        IsText(ref reader) && long.TryParse(reader.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static Dictionary<string, MessageAttributeValue> ReadMessageAttributes(ref Utf8JsonReader reader)
    {
        var attributes = new Dictionary<string, MessageAttributeValue>();
        if (!Enters(ref reader, JsonTokenType.StartObject))
        {
            reader.Skip();
            return attributes;
        }

        while (NextMember(ref reader))
        {
            var name = reader.GetString()!;
            Expect(ref reader, JsonTokenType.StartObject);
            var value = attributes[name] = new MessageAttributeValue();
            while (NextMember(ref reader))
            {
                if (reader.ValueTextEquals("DataType"u8))
                {
                    value.DataType = ReadText(ref reader);
                }
                else if (reader.ValueTextEquals("StringValue"u8))
                {
                    value.StringValue = ReadText(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        return attributes;
    }

    /// <summary>Goes to the next member's name.</summary>
    /// <returns>False at the end of the object.</returns>
    private static bool NextMember(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Goes to the member's value.</summary>
    /// <returns>Whether it is an object or array as wanted. Null and everything else is to be skipped.</returns>
    private static bool Enters(ref Utf8JsonReader reader, JsonTokenType start) => reader.Read() && reader.TokenType == start;

    /// <summary>Goes to the member's value and reads it.</summary>
    /// <returns>Null: it is no text.</returns>
    private static string? ReadText(ref Utf8JsonReader reader)
    {
        if (!IsText(ref reader))
        {
            return null;
        }

        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return null;
        }
    }

    /// <summary>Goes to the member's value.</summary>
    /// <returns>Whether it is a text; everything else is skipped.</returns>
    private static bool IsText(ref Utf8JsonReader reader)
    {
        var isText = reader.Read() && reader.TokenType == JsonTokenType.String;
        if (!isText)
        {
            reader.Skip();
        }

        return isText;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token)
        {
            throw new JsonException($"{token} was expected.");
        }
    }
}
