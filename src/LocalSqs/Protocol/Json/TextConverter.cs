using System.Text.Json;
using System.Text.Json.Serialization;

namespace LocalSqs.Protocol.Json;

/// <summary>A message's body as UTF-8, without a string in between.</summary>
internal sealed class TextConverter : JsonConverter<byte[]>
{
    /// <summary>Stands for a text that is not Unicode, as with half a surrogate pair: no UTF-8 has this byte.</summary>
    public const byte NotUnicode = 0xFF;

    public override byte[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("A body must be a string.");
        }

        try
        {
            var text = new byte[reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length];
            var length = reader.CopyString(text);
            return length == text.Length ? text : text[..length];
        }
        catch (InvalidOperationException)
        {
            return [NotUnicode];
        }
    }

    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) => throw new NotSupportedException("Requests are only read.");
}
