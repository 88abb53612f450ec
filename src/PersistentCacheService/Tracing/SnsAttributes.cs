using System.Text.Json;
using EntitlementCache.Messages.Json;

namespace PersistentCacheService.Tracing;

/// <summary>
/// Message attributes inside the envelope that SNS puts around a message unless raw delivery is on:
/// <c>{"Type":"Notification","Message":"..","MessageAttributes":{"traceparent":{"Type":"String","Value":".."}}}</c>. What is malformed counts as absent.
/// </summary>
internal static class SnsAttributes
{
    // SNS writes the type first: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
    private const int Head = 64;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Copies the text of an attribute. Allocates nothing, unless the body is no JSON.</summary>
    /// <param name="body">UTF-8 of a message of any kind.</param>
    /// <param name="name">The attribute.</param>
    /// <param name="text">Takes the text; a longer one counts as absent.</param>
    /// <returns>Its length; 0: it is absent.</returns>
    public static int Read(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name, Span<char> text)
    {
        // A short search is all that most bodies cost.
        if (body[..Math.Min(Head, body.Length)].IndexOf("Notification"u8) < 0 || body.IndexOf(name) < 0)
        {
            return 0;
        }

        try
        {
            var reader = new Utf8JsonReader(body[(body.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0)..], new JsonReaderOptions { MaxDepth = JsonBody.MaxDepth });
            return reader.Read() && TryEnterAttributes(ref reader) && TryEnter(ref reader, name) ? CopyValue(ref reader, text) : 0;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The decoder tells why it is no JSON; half a surrogate pair in a name is no fault of the message.
            return 0;
        }
    }

    /// <summary>From the begin of the body to the value of its attributes, if SNS has sent it.</summary>
    private static bool TryEnterAttributes(ref Utf8JsonReader reader)
    {
        Utf8JsonReader attributes = default;
        var isNotification = false;
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        while (isObject && TryReadName(ref reader))
        {
            var (isType, isAttributes) = (reader.ValueTextEquals("Type"u8), reader.ValueTextEquals("MessageAttributes"u8));
            reader.Read();
            if (isType)
            {
                isNotification = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("Notification"u8);
            }
            else if (isAttributes)
            {
                attributes = reader;
            }

            reader.Skip();
        }

        reader = attributes;
        return isNotification;
    }

    /// <summary>From the begin of an object to the value of one of its members.</summary>
    private static bool TryEnter(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        while (isObject && TryReadName(ref reader))
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    /// <summary>From the begin of an attribute to its end.</summary>
    private static int CopyValue(ref Utf8JsonReader reader, Span<char> text)
    {
        var (isText, length) = (false, 0);
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        while (isObject && TryReadName(ref reader))
        {
            var (isType, isValue) = (reader.ValueTextEquals("Type"u8), reader.ValueTextEquals("Value"u8));
            reader.Read();
            if (isType)
            {
                isText = reader.TokenType == JsonTokenType.String && (reader.ValueTextEquals("String"u8) || reader.ValueSpan.StartsWith("String."u8));
            }
            else if (isValue)
            {
                // Never more letters than bytes.
                length = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= text.Length ? reader.CopyString(text) : 0;
            }

            reader.Skip();
        }

        return isText ? length : 0;
    }

    private static bool TryReadName(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;
}
