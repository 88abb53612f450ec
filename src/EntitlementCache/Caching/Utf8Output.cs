using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace EntitlementCache.Caching;

/// <summary>A growing UTF-8 text. Made to be used again: <see cref="Clear"/> keeps the memory of ordinary values and drops that of huge ones.</summary>
internal sealed class Utf8Output
{
    // An entitlements value of 100 features is about 50 kB; the memory of a giant one is released.
    private const int KeptCapacity = 64 * 1024;
    private const int InitialCapacity = 4 * 1024;
    private const int LongestInteger = 20;

    private byte[] _buffer = new byte[InitialCapacity];
    private int _length;

    /// <summary>What was written; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Bytes written.</summary>
    public int Length => _length;

    /// <summary>Starts again.</summary>
    public void Clear()
    {
        _length = 0;
        if (_buffer.Length > KeptCapacity)
        {
            _buffer = new byte[InitialCapacity];
        }
    }

    /// <summary>Drops what was written behind the first <paramref name="length"/> bytes.</summary>
    public void Truncate(int length) => _length = Math.Min(length, _length);

    /// <summary>Appends bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(ReadOnlySpan<byte> text)
    {
        if (_buffer.Length - _length < text.Length)
        {
            Grow(text.Length);
        }

        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
    }

    /// <summary>Appends one byte.</summary>
    public void Write(byte value)
    {
        if (_buffer.Length == _length)
        {
            Grow(1);
        }

        _buffer[_length++] = value;
    }

    /// <summary>Appends an integer in decimal.</summary>
    public void Write(long value)
    {
        if (_buffer.Length - _length < LongestInteger)
        {
            Grow(LongestInteger);
        }

        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_length), out var written);
        _length += written;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int needed) => Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + needed));
}
