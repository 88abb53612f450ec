using System.Buffers.Binary;
using System.Buffers.Text;

namespace LocalSqs.Queues;

/// <summary>Names one receive of one message. On the wire it has the shape and length of AWS's handles, so that no client learns to expect short ones.</summary>
/// <param name="Queue">Hash of the queue's name: a handle of another queue is refused.</param>
/// <param name="Instance">Tells a queue from one of the same name that was deleted before.</param>
/// <param name="Sequence">The message.</param>
/// <param name="Receive">The message's receive count when it was received.</param>
internal readonly record struct ReceiptHandle(uint Queue, uint Instance, long Sequence, int Receive)
{
    /// <summary>Characters of the wire form; all of them ASCII that JSON does not escape. AWS's have about 400.</summary>
    public const int Length = 412;

    private const int PayloadBytes = 24; // 4 + 4 + 8 + 4 and a checksum of 4
    private const int PayloadChars = PayloadBytes / 3 * 4;

    private static ReadOnlySpan<byte> Prefix => "AQEB"u8;

    // The rest of a handle means nothing; it is compared, so that a handle cut or damaged anywhere is found invalid.
    private static readonly byte[] Filler = CreateFiller();

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> utf8)
    {
        Span<byte> payload = stackalloc byte[PayloadBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, Queue);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[4..], Instance);
        BinaryPrimitives.WriteInt64LittleEndian(payload[8..], Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(payload[16..], Receive);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[20..], Checksum());
        Prefix.CopyTo(utf8);
        Base64.EncodeToUtf8(payload, utf8[Prefix.Length..], out _, out var written);
        Filler.CopyTo(utf8[(Prefix.Length + written)..]);
    }

    /// <summary>Reads the wire form; false when no queue of this program can have written it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out ReceiptHandle handle)
    {
        handle = default;
        if (utf8.Length != Length || !utf8.StartsWith(Prefix) || !utf8[(Prefix.Length + PayloadChars)..].SequenceEqual(Filler))
        {
            return false;
        }

        Span<byte> payload = stackalloc byte[PayloadBytes];
        if (Base64.DecodeFromUtf8(utf8.Slice(Prefix.Length, PayloadChars), payload, out _, out var written) != System.Buffers.OperationStatus.Done
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

    // Not a secret: it only tells handles from noise.
    private uint Checksum() =>
        (Queue * 2654435761u) ^ (Instance * 2246822519u) ^ ((uint)Sequence * 3266489917u) ^ ((uint)(Sequence >> 32) * 668265263u) ^ ((uint)Receive * 374761393u);

    private static byte[] CreateFiller()
    {
        var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;
        var filler = new byte[Length - Prefix.Length - PayloadChars];
        for (var i = 0; i < filler.Length; i++)
        {
            filler[i] = alphabet[((i * 37) + (i >> 3)) & 63];
        }

        return filler;
    }
}
