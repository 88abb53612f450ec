using System.Buffers;

namespace LocalSqs.Queues;

/// <summary>The text of a message. Immutable: duplicates and dead letters share it.</summary>
internal abstract class MessageBody
{
    protected MessageBody(int length, Md5Digest md5)
    {
        Length = length;
        Md5 = md5;
    }

    /// <summary>UTF-8 bytes of the text, before any JSON escaping.</summary>
    public int Length { get; }

    /// <summary>Digest of the unescaped text.</summary>
    public Md5Digest Md5 { get; }

    /// <summary>Writes the text as it stands between the quotes of a JSON string.</summary>
    public abstract void WriteEscaped(IBufferWriter<byte> output);

    /// <summary>The text itself.</summary>
    public abstract string ReadText();
}
