using System.Text;

namespace TestKit.ScriptedRedisServer;

/// <summary>What a <see cref="ScriptedRedis"/> does about a command.</summary>
/// <param name="Bytes">Sent first; may be empty, or half a reply.</param>
/// <param name="CloseAfterwards">Then closes the connection in order (FIN).</param>
/// <param name="ResetAfterwards">Then resets it (RST).</param>
public sealed record ScriptedReply(ReadOnlyMemory<byte> Bytes, bool CloseAfterwards = false, bool ResetAfterwards = false)
{
    /// <summary>Says nothing and stays.</summary>
    public static readonly ScriptedReply Silence = new(ReadOnlyMemory<byte>.Empty);

    /// <summary>Says nothing and closes.</summary>
    public static readonly ScriptedReply Close = new(ReadOnlyMemory<byte>.Empty, CloseAfterwards: true);

    /// <summary>Says nothing and resets.</summary>
    public static readonly ScriptedReply Reset = new(ReadOnlyMemory<byte>.Empty, ResetAfterwards: true);

    /// <summary>Sends RESP as it is written.</summary>
    public static ScriptedReply Send(string resp) => new(Encoding.UTF8.GetBytes(resp));

    /// <summary>Sends an error reply.</summary>
    public static ScriptedReply Error(string text) => Send($"-{text}\r\n");

    /// <summary>Sends a bulk string.</summary>
    public static ScriptedReply Bulk(string text) => Send($"${Encoding.UTF8.GetByteCount(text)}\r\n{text}\r\n");

    /// <summary>The same reply, and then the connection is closed.</summary>
    public ScriptedReply ThenClose() => this with { CloseAfterwards = true };
}
