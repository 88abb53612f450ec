using System.Buffers.Binary;

namespace LocalSqs.Queues;

/// <summary>Names one receive of one message. On the wire it has the shape and length of AWS's handles, so that no client learns to expect short ones.</summary>
/// <param name="Queue">Hash of the queue's name: a handle of another queue is refused.</param>
/// <param name="Instance">Distinguishes a queue from a deleted one of the same name.</param>
/// <param name="Sequence">The message.</param>
/// <param name="Receive">The message's receive count when it was received.</param>
internal readonly record struct ReceiptHandle(uint Queue, uint Instance, long Sequence, int Receive)
{
    /// <summary>Characters of the wire form; all of them ASCII that JSON does not escape. AWS's have about 400.</summary>
    public const int Length = 412;

    private const int PayloadBytes = 24; // 4 + 4 + 8 + 4 and a checksum of 4
    private const int PayloadChars = PayloadBytes / 3 * 4;

    private const string Prefix = "AQEB";

    // The rest of a handle means nothing; it is compared, so that a handle cut or damaged anywhere is found invalid.
    private static readonly string Filler = CreateFiller();

    /// <summary>Reads the wire form; false when no queue of this program can have written it.</summary>
    public static bool TryParse(string text, out ReceiptHandle handle)
    {
        handle = default;
        Span<byte> payload = stackalloc byte[PayloadBytes];
        if (text.Length != Length
            || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || !text.EndsWith(Filler, StringComparison.Ordinal)
            || !Convert.TryFromBase64Chars(text.AsSpan(Prefix.Length, PayloadChars), payload, out var written)
            || written != PayloadBytes)
        {
            return false;
        }

        handle = new ReceiptHandle(
            BinaryPrimitives.ReadUInt32LittleEndian(payload),
            BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(payload[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(payload[16..]));
        return handle.Checksum() == BinaryPrimitives.ReadUInt32LittleEndian(payload[20..]);
    }

    /// <summary>The wire form, <see cref="Length"/> characters.</summary>
    public override string ToString()
    {
        Span<byte> payload = stackalloc byte[PayloadBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, Queue);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[4..], Instance);
        BinaryPrimitives.WriteInt64LittleEndian(payload[8..], Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(payload[16..], Receive);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[20..], Checksum());
        return Prefix + Convert.ToBase64String(payload) + Filler;
    }

    // Not a secret: it only distinguishes handles from noise.
    private uint Checksum() =>
        (Queue * 2654435761u) ^ (Instance * 2246822519u) ^ ((uint)Sequence * 3266489917u) ^ ((uint)(Sequence >> 32) * 668265263u) ^ ((uint)Receive * 374761393u);

    private static string CreateFiller()
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        return string.Concat(Enumerable.Range(0, Length - Prefix.Length - PayloadChars).Select(static i => Alphabet[((i * 37) + (i >> 3)) & 63]));
    }
}
