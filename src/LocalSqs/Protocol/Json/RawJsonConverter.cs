using System.Text.Json;
using System.Text.Json.Serialization;

namespace LocalSqs.Protocol.Json;

/// <summary>Writes what is JSON already.</summary>
internal sealed class RawJsonConverter : JsonConverter<byte[]>
{
    public override byte[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Answers are only written.");

    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) => writer.WriteRawValue(value, skipInputValidation: true);
}
