using System.Buffers;
using System.Text;
using LocalSqs.Queues;

namespace LocalSqs.Generation;

/// <summary>A generated message kept as the few numbers it is made of: a million of 2.5 kB each take a few dozen MB instead of 2.5 GB.</summary>
internal sealed class GeneratedBody : MessageBody
{
    private readonly GeneratedMessage _message;
    private readonly int _features;

    public GeneratedBody(GeneratedMessage message, int features, int length, Md5Digest md5)
        : base(length, md5)
    {
        _message = message;
        _features = features;
    }

    public override void WriteEscaped(IBufferWriter<byte> output) => _message.Write(MessageTemplates.Escaped(_features), output);

    public override string ReadText()
    {
        var text = new ArrayBufferWriter<byte>(Length);
        _message.Write(MessageTemplates.Plain(_features), text);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }
}
