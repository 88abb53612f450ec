using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace LocalSqs.Queues;

/// <summary>The 16 bytes of an MD5, without an array of their own.</summary>
internal readonly record struct Md5Digest(ulong High, ulong Low)
{
    /// <summary>Characters of the hexadecimal form.</summary>
    public const int HexLength = 32;

    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "SQS defines its integrity check as MD5.")]
    public static Md5Digest Of(ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(data, digest);
        return new Md5Digest(BinaryPrimitives.ReadUInt64BigEndian(digest), BinaryPrimitives.ReadUInt64BigEndian(digest[8..]));
    }

    /// <summary>Writes the lower-case hexadecimal form as <see cref="HexLength"/> ASCII bytes.</summary>
    public void WriteHex(Span<byte> utf8)
    {
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        BinaryPrimitives.WriteUInt64BigEndian(digest, High);
        BinaryPrimitives.WriteUInt64BigEndian(digest[8..], Low);
        _ = Convert.TryToHexStringLower(digest, utf8, out _);
    }

    public override string ToString() => $"{High:x16}{Low:x16}";
}
