using System.Buffers;
using System.Text.Json;

namespace LocalSqs.Queues;

/// <summary>A body kept as the JSON string its sender wrote, so that a receive is a copy of bytes.</summary>
internal sealed class StoredBody : MessageBody
{
    private readonly ReadOnlyMemory<byte> _escaped;

    /// <param name="escaped">Content of the JSON string, still escaped; owned by this body from now on.</param>
    /// <param name="length">Bytes of the unescaped text.</param>
    /// <param name="md5">Digest of the unescaped text.</param>
    public StoredBody(ReadOnlyMemory<byte> escaped, int length, Md5Digest md5)
        : base(length, md5) => _escaped = escaped;

    public override void WriteEscaped(IBufferWriter<byte> output) => output.Write(_escaped.Span);

    public override string ReadText()
    {
        if (_escaped.Length == Length)
        {
            return System.Text.Encoding.UTF8.GetString(_escaped.Span);
        }

        var quoted = new byte[_escaped.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        _escaped.Span.CopyTo(quoted.AsSpan(1));
        var json = new Utf8JsonReader(quoted);
        json.Read();
        return json.GetString()!;
    }
}
