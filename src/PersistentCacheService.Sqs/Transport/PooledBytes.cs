using System.Buffers;

namespace PersistentCacheService.Sqs.Transport;

/// <summary>A growing run of bytes in an array of the shared pool. Once disposed, every access throws.</summary>
internal sealed class PooledBytes : IBufferWriter<byte>, IDisposable
{
    private byte[]? _array;
    private int _length;

    /// <summary>An empty run with room for <paramref name="capacity"/> bytes.</summary>
    public PooledBytes(int capacity) => _array = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length => _length;

    public ReadOnlyMemory<byte> Memory => Array.AsMemory(0, _length);

    /// <summary>The bytes written so far; may be changed in place.</summary>
    public Span<byte> Span => Array.AsSpan(0, _length);

    private byte[] Array => _array ?? throw new ObjectDisposedException(nameof(PooledBytes), "The response that owns these bytes has been disposed.");

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(Array.Length - _length), nameof(count));
        _length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return Array.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return Array.AsSpan(_length);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _array, null) is { } array)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    /// <summary>Lets go of the array without giving it to the pool, for when a cancelled operation may still read or write it.</summary>
    public void Abandon() => _array = null;

    private void EnsureRoom(int sizeHint)
    {
        var array = Array;
        var needed = Math.Max(sizeHint, 1);
        if (array.Length - _length >= needed)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + needed), array.Length * 2));
        array.AsSpan(0, _length).CopyTo(larger);
        _array = larger;
        ArrayPool<byte>.Shared.Return(array);
    }
}
