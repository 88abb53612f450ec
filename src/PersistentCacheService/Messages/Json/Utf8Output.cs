using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace PersistentCacheService.Messages.Json;

/// <summary>A growing UTF-8 text. Made to be used again: <see cref="Clear"/> keeps the memory of ordinary values and drops that of huge ones.</summary>
internal sealed class Utf8Output
{
    // An entitlements value of 100 features is about 50 kB; what one giant needed is not kept forever.
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

    /// <summary>Appends a value as <c>JSON.stringify</c> would: no white space, canonical strings and numbers, members as received.</summary>
    public void Write(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                WriteString(JsonMarshal.GetRawUtf8Value(value));
                break;
            case JsonValueKind.Number:
                JsonNumber.Write(JsonMarshal.GetRawUtf8Value(value), this);
                break;
            case JsonValueKind.Object:
                WriteObject(value);
                break;
            case JsonValueKind.Array:
                WriteArray(value);
                break;
            default:
                Write(JsonMarshal.GetRawUtf8Value(value));
                break;
        }
    }

    /// <summary>Appends the contents of a string without quotes.</summary>
    public void WriteStringContents(JsonElement text) => WriteString(JsonText.Contents(text));

    private void WriteString(ReadOnlySpan<byte> text)
    {
        if (JsonText.HasEscapes(text))
        {
            JsonText.WriteCanonical(text, this);
        }
        else
        {
            Write(text);
        }
    }

    // The recursion is bounded by the depth of a body (64).
    private void WriteObject(JsonElement value)
    {
        var separator = (byte)'{';
        foreach (var member in value.EnumerateObject())
        {
            Write(separator);
            Write((byte)'"');
            WriteString(JsonText.NameOf(member));
            Write("\":"u8);
            Write(member.Value);
            separator = (byte)',';
        }

        Write(separator == (byte)'{' ? "{}"u8 : "}"u8);
    }

    private void WriteArray(JsonElement value)
    {
        var separator = (byte)'[';
        foreach (var element in value.EnumerateArray())
        {
            Write(separator);
            Write(element);
            separator = (byte)',';
        }

        Write(separator == (byte)'[' ? "[]"u8 : "]"u8);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int needed) => Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + needed));
}
