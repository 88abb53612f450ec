using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LocalSqs.Queues;

/// <summary>The text of a message. Immutable: duplicates and dead letters share it.</summary>
internal abstract class MessageBody
{
    protected MessageBody(UInt128 md5) => Md5 = md5;

    /// <summary>Digest of the text.</summary>
    public UInt128 Md5 { get; }

    /// <summary>A body that is kept as it is.</summary>
    public static MessageBody Of(ReadOnlySpan<byte> utf8) => new Stored(utf8);

    /// <summary>The text as a JSON string with its quotes, so that a receive copies bytes and escapes none; not to be changed.</summary>
    public abstract byte[] ReadJson();

    /// <summary>The text itself.</summary>
    public string ReadText()
    {
        var json = new Utf8JsonReader(ReadJson());
        json.Read();
        return json.GetString()!;
    }

    /// <summary>MD5 as one number; in hexadecimal it is what SQS shows.</summary>
    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "SQS defines its integrity check as MD5.")]
    public static UInt128 Digest(ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(data, digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }

    private sealed class Stored(ReadOnlySpan<byte> utf8) : MessageBody(Digest(utf8))
    {
        private readonly byte[] _json = [(byte)'"', .. JsonEncodedText.Encode(utf8, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];

        public override byte[] ReadJson() => _json;
    }
}
