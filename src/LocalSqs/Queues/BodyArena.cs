using System.Text.Encodings.Web;
using System.Text.Json;

namespace LocalSqs.Queues;

/// <summary>Packs bodies into large arrays: the garbage collector then never copies them, and a million bodies are some thousand objects.</summary>
/// <remarks>An array lives until the last message in it is gone. Not thread-safe: each queue has its own under its lock.</remarks>
internal sealed class BodyArena
{
    // 1 MiB: far above the large-object threshold (85,000 bytes), so that nothing is moved; ten of the largest messages a chunk would waste half of it.
    private const int ChunkSize = 1 << 20;

    // A body over 1/16 of a chunk gets an array of its own, which bounds the unused end of a chunk to 6%.
    private const int LargestPacked = ChunkSize / 16;

    private byte[] _chunk = [];
    private int _used;

    /// <summary>Copies a body that is already escaped.</summary>
    public StoredBody Store(ReadOnlySpan<byte> escaped, int length, Md5Digest md5) => new(Copy(escaped), length, md5);

    /// <summary>Escapes and stores a text.</summary>
    public StoredBody Store(ReadOnlySpan<byte> text)
    {
        var escaped = JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        return Store(escaped.EncodedUtf8Bytes, text.Length, Md5Digest.Of(text));
    }

    private ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > LargestPacked)
        {
            return bytes.ToArray();
        }

        if (_chunk.Length - _used < bytes.Length)
        {
            _chunk = GC.AllocateUninitializedArray<byte>(ChunkSize);
            _used = 0;
        }

        bytes.CopyTo(_chunk.AsSpan(_used));
        var stored = _chunk.AsMemory(_used, bytes.Length);
        _used += bytes.Length;
        return stored;
    }
}
