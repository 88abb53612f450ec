using System.Text;

namespace PersistentCacheService.Redis.Protocol;

/// <summary>Reads what an error reply means.</summary>
internal static class ErrorReply
{
    /// <summary>Longest part of a server's text that is passed on.</summary>
    private const int MaxTextLength = 300;

    /// <summary>First words with a meaning of their own.</summary>
    private static readonly (byte[] Word, RedisErrorKind Kind)[] Words =
    [
        ("NOSCRIPT"u8.ToArray(), RedisErrorKind.NoScript),
        ("READONLY"u8.ToArray(), RedisErrorKind.ReadOnly),
        ("LOADING"u8.ToArray(), RedisErrorKind.Loading),
        ("BUSY"u8.ToArray(), RedisErrorKind.Busy),
        ("OOM"u8.ToArray(), RedisErrorKind.OutOfMemory),
        ("NOREPLICAS"u8.ToArray(), RedisErrorKind.NoReplicas),
        ("MISCONF"u8.ToArray(), RedisErrorKind.PersistenceFailed),
        ("MASTERDOWN"u8.ToArray(), RedisErrorKind.MasterDown),
        ("NOAUTH"u8.ToArray(), RedisErrorKind.AuthenticationRequired),
        ("DENIED"u8.ToArray(), RedisErrorKind.AuthenticationRequired),
        ("WRONGPASS"u8.ToArray(), RedisErrorKind.AuthenticationFailed),
        ("NOPERM"u8.ToArray(), RedisErrorKind.NoPermission),
        ("WRONGTYPE"u8.ToArray(), RedisErrorKind.WrongType),
        ("TRYAGAIN"u8.ToArray(), RedisErrorKind.TryAgain),
        ("MOVED"u8.ToArray(), RedisErrorKind.ClusterMode),
        ("ASK"u8.ToArray(), RedisErrorKind.ClusterMode),
        ("CROSSSLOT"u8.ToArray(), RedisErrorKind.ClusterMode),
        ("CLUSTERDOWN"u8.ToArray(), RedisErrorKind.ClusterMode),
    ];

    /// <summary>
    /// Meanings found inside a text that begins with ERR: Redis up to 6 wraps what a command inside a script answered
    /// (<c>ERR Error running script ... -READONLY ...</c>), and some conditions never had a first word of their own.
    /// </summary>
    private static readonly (byte[] Part, RedisErrorKind Kind)[] Parts =
    [
        ("-READONLY"u8.ToArray(), RedisErrorKind.ReadOnly),
        ("-OOM"u8.ToArray(), RedisErrorKind.OutOfMemory),
        ("-MASTERDOWN"u8.ToArray(), RedisErrorKind.MasterDown),
        ("-NOREPLICAS"u8.ToArray(), RedisErrorKind.NoReplicas),
        ("-MISCONF"u8.ToArray(), RedisErrorKind.PersistenceFailed),
        ("-LOADING"u8.ToArray(), RedisErrorKind.Loading),
        ("max number of clients"u8.ToArray(), RedisErrorKind.MaxClients),
        ("The user executing the script"u8.ToArray(), RedisErrorKind.NoPermission),
        ("invalid password"u8.ToArray(), RedisErrorKind.AuthenticationFailed),
        ("without any password configured"u8.ToArray(), RedisErrorKind.AuthenticationFailed),
        ("but no password is set"u8.ToArray(), RedisErrorKind.AuthenticationFailed),
        ("operation not permitted"u8.ToArray(), RedisErrorKind.AuthenticationRequired),
        ("not allowed in cluster mode"u8.ToArray(), RedisErrorKind.ClusterMode),
        ("non local key in a cluster"u8.ToArray(), RedisErrorKind.ClusterMode),
        ("Protocol error"u8.ToArray(), RedisErrorKind.ProtocolViolation),
    ];

    /// <summary>What the text of an error reply (without the leading <c>-</c>) means.</summary>
    public static RedisErrorKind Classify(ReadOnlySpan<byte> text)
    {
        var space = text.IndexOf((byte)' ');
        var first = space < 0 ? text : text[..space];
        if (!first.SequenceEqual("ERR"u8))
        {
            foreach (var (word, kind) in Words)
            {
                if (first.SequenceEqual(word))
                {
                    return kind;
                }
            }
        }

        foreach (var (part, kind) in Parts)
        {
            if (text.IndexOf(part) >= 0)
            {
                return kind;
            }
        }

        return RedisErrorKind.ServerError;
    }

    /// <summary>The exception for an error reply to the command named <paramref name="command"/>.</summary>
    public static RedisException ToException(string command, ReadOnlySpan<byte> text)
    {
        var kind = Classify(text);
        var hint = kind == RedisErrorKind.ClusterMode ? " (cluster mode is not supported: use a single primary)" : string.Empty;
        return new RedisException(kind, $"{command} was answered with an error: {Clean(text)}{hint}", kind.LeavesExecutionOpen());
    }

    /// <summary>
    /// The server's text without what it quotes of our arguments (an unknown command is answered with the beginning of them), on one line.
    /// </summary>
    public static string Clean(ReadOnlySpan<byte> text)
    {
        var quoted = text.IndexOf(", with args beginning with"u8);
        var shown = quoted < 0 ? text : text[..quoted];
        var line = Encoding.UTF8.GetString(shown[..Math.Min(shown.Length, MaxTextLength)]);
        return string.Create(line.Length, line, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                target[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });
    }
}
