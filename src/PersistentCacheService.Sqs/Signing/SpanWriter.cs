using System.Text;

namespace PersistentCacheService.Sqs.Signing;

/// <summary>Writes text as UTF-8 into a span of known size.</summary>
internal ref struct SpanWriter(Span<byte> destination)
{
    private Span<byte> _rest = destination;

    public void Write(byte value)
    {
        _rest[0] = value;
        _rest = _rest[1..];
    }

    public void Write(ReadOnlySpan<byte> value)
    {
        value.CopyTo(_rest);
        _rest = _rest[value.Length..];
    }

    public void Write(string value) => _rest = _rest[Encoding.UTF8.GetBytes(value, _rest)..];

    /// <summary>Leaves <paramref name="length"/> bytes to the caller to fill.</summary>
    public Span<byte> Take(int length)
    {
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
