using System.Buffers.Binary;
using System.Text;
using LocalSqs.Queues;

namespace LocalSqs.Protocol;

/// <summary>SQS's digest over message attributes: name, type and value of each in order of names, lengths in front, all of it through MD5.</summary>
internal static class AttributeDigest
{
    private const byte TextTransport = 1;
    private const byte BinaryTransport = 2;

    /// <param name="attributes">Sorted by name.</param>
    public static Md5Digest Of(IReadOnlyList<MessageAttribute> attributes)
    {
        using var encoded = new PooledBuffer();
        foreach (var attribute in attributes)
        {
            WriteSized(encoded, Encoding.UTF8.GetBytes(attribute.Name));
            WriteSized(encoded, Encoding.UTF8.GetBytes(attribute.DataType));
            encoded.Write([attribute.Text is null ? BinaryTransport : TextTransport]);
            WriteSized(encoded, attribute.Text is null ? attribute.Binary.Span : Encoding.UTF8.GetBytes(attribute.Text));
        }

        return Md5Digest.Of(encoded.WrittenSpan);
    }

    private static void WriteSized(PooledBuffer output, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), bytes.Length);
        output.Advance(sizeof(int));
        output.Write(bytes);
    }
}
