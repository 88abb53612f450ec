using System.Text.Json;
using Amazon.SQS.Model;

namespace PersistentCacheService.Sqs.Operations;

/// <summary>Reads the attributes that a sender gave a message.</summary>
internal static class MessageAttributesReader
{
    /// <summary>Reads an object of attributes; null when it is null or empty.</summary>
    public static Dictionary<string, MessageAttributeValue>? Read(ref Utf8JsonReader reader)
    {
        reader.ReadToken();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"MessageAttributes is {reader.TokenType}, not an object.");
        }

        Dictionary<string, MessageAttributeValue>? attributes = null;
        while (reader.ReadName())
        {
            var name = reader.GetString()!;
            reader.ReadObjectStart();
            (attributes ??= [])[name] = ReadValue(ref reader);
        }

        return attributes;
    }

    private static MessageAttributeValue ReadValue(ref Utf8JsonReader reader)
    {
        var value = new MessageAttributeValue();
        while (reader.ReadName())
        {
            if (reader.ValueTextEquals("DataType"u8))
            {
                value.DataType = reader.ReadString();
            }
            else if (reader.ValueTextEquals("StringValue"u8))
            {
                value.StringValue = reader.ReadString();
            }
            else if (reader.ValueTextEquals("BinaryValue"u8))
            {
                value.BinaryValue = ReadBinary(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return value;
    }

    private static MemoryStream? ReadBinary(ref Utf8JsonReader reader)
    {
        reader.ReadToken();
        return reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.String when reader.TryGetBytesFromBase64(out var bytes) => new MemoryStream(bytes, writable: false),
            _ => throw new JsonException("BinaryValue is not base64."),
        };
    }
}
