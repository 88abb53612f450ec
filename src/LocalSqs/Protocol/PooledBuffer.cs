using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LocalSqs.Protocol;

/// <summary>A growing byte buffer from the array pool that a connection keeps over its requests.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int FirstSize = 16 * 1024;

    // A receive of ten 7.5 kB messages fits: larger arrays go back to the pool after their request.
    private const int KeptSize = 256 * 1024;

    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public ReadOnlySpan<byte> WrittenSpan => _bytes.AsSpan(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Length);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Writes an integer in decimal.</summary>
    public void WriteNumber(long value)
    {
        Utf8Formatter.TryFormat(value, GetSpan(20), out var written);
        Length += written;
    }

    /// <summary>Writes a JSON string with its quotes.</summary>
    public void WriteString(string text)
    {
        Write("\""u8);
        Write(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        Write("\""u8);
    }

    /// <summary>Takes out one byte; what follows moves up.</summary>
    public void RemoveAt(int index)
    {
        _bytes.AsSpan(index + 1, Length - index - 1).CopyTo(_bytes.AsSpan(index));
        Length--;
    }

    /// <summary>Forgets what was written after a mark.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Forgets the content.</summary>
    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > KeptSize)
        {
            Release();
        }
    }

    public void Dispose() => Release();

    private void Reserve(int count)
    {
        if (_bytes.Length - Length >= Math.Max(count, 1))
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstSize, Math.Max(Length + count, _bytes.Length * 2)));
        WrittenSpan.CopyTo(larger);
        var length = Length;
        Release();
        _bytes = larger;
        Length = length;
    }

    private void Release()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = [];
        Length = 0;
    }
}
