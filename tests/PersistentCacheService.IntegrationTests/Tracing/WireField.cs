namespace PersistentCacheService.IntegrationTests.Tracing;

/// <summary>A field of a protobuf message, by the wire format alone.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Value">A varint, or a fixed number.</param>
/// <param name="Bytes">What has a length; empty for numbers.</param>
internal readonly record struct WireField(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The fields of a message, in its order.</summary>
    public static IEnumerable<WireField> Of(ReadOnlyMemory<byte> message)
    {
        while (!message.IsEmpty)
        {
            var tag = ReadVarint(ref message);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    yield return new WireField(number, ReadVarint(ref message), default);
                    break;
                case 2:
                    var length = (int)ReadVarint(ref message);
                    yield return new WireField(number, 0, message[..length]);
                    message = message[length..];
                    break;
                case var kind and (1 or 5):
                    var width = kind == 1 ? 8 : 4;
                    yield return new WireField(number, Fixed(message.Span[..width]), default);
                    message = message[width..];
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7}.");
            }
        }
    }

    /// <summary>What has a length, at a path of field numbers.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> At(ReadOnlyMemory<byte> message, params IReadOnlyList<int> path)
    {
        var found = Of(message).Where(field => field.Number == path[0]).Select(static field => field.Bytes);
        return path.Count == 1 ? found : found.SelectMany(inner => At(inner, [.. path.Skip(1)]));
    }

    private static ulong Fixed(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        return value;
    }

    private static ulong ReadVarint(ref ReadOnlyMemory<byte> message)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message.Span[0];
            message = message[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
