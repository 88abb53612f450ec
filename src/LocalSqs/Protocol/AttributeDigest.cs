using System.Text;
using LocalSqs.Queues;

namespace LocalSqs.Protocol;

/// <summary>SQS's digest over message attributes: name, type and value of each in order of names, lengths in front, all of it through MD5.</summary>
internal static class AttributeDigest
{
    private const byte TextTransport = 1;
    private const byte BinaryTransport = 2;

    /// <summary>In hexadecimal.</summary>
    /// <param name="attributes">Sorted by name.</param>
    public static string Of(IEnumerable<MessageAttribute> attributes)
    {
        List<byte> encoded = [];
        foreach (var attribute in attributes)
        {
            Add(Encoding.UTF8.GetBytes(attribute.Name));
            Add(Encoding.UTF8.GetBytes(attribute.DataType));
            encoded.Add(attribute.Binary is null ? TextTransport : BinaryTransport);
            Add(attribute.Binary ?? Encoding.UTF8.GetBytes(attribute.Text!));
        }

        return $"{MessageBody.Digest([.. encoded]):x32}";

        void Add(byte[] bytes)
        {
            encoded.AddRange((byte)(bytes.Length >> 24), (byte)(bytes.Length >> 16), (byte)(bytes.Length >> 8), (byte)bytes.Length);
            encoded.AddRange(bytes);
        }
    }
}
