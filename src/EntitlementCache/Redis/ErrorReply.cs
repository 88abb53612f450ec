namespace EntitlementCache.Redis;

/// <summary>Reads what an error reply means.</summary>
internal static class ErrorReply
{
    /// <summary>Longest part of a server's text that is passed on.</summary>
    private const int MaxTextLength = 300;

    /// <summary>First words with a meaning of their own.</summary>
    private static readonly (string Word, RedisFailureKind Kind)[] Words =
    [
        ("NOSCRIPT", RedisFailureKind.NoScript),
        ("READONLY", RedisFailureKind.ReadOnly),
        ("LOADING", RedisFailureKind.Loading),
        ("BUSY", RedisFailureKind.Busy),
        ("OOM", RedisFailureKind.OutOfMemory),
        ("NOREPLICAS", RedisFailureKind.NoReplicas),
        ("MISCONF", RedisFailureKind.PersistenceFailed),
        ("MASTERDOWN", RedisFailureKind.MasterDown),
        ("NOAUTH", RedisFailureKind.AuthenticationRequired),
        ("DENIED", RedisFailureKind.AuthenticationRequired),
        ("WRONGPASS", RedisFailureKind.AuthenticationFailed),
        ("NOPERM", RedisFailureKind.NoPermission),
        ("WRONGTYPE", RedisFailureKind.WrongType),
        ("TRYAGAIN", RedisFailureKind.TryAgain),
        ("MOVED", RedisFailureKind.ClusterMode),
        ("ASK", RedisFailureKind.ClusterMode),
        ("CROSSSLOT", RedisFailureKind.ClusterMode),
        ("CLUSTERDOWN", RedisFailureKind.ClusterMode),
    ];

    /// <summary>
    /// Meanings found inside a text that begins with ERR: Redis up to 6 wraps what a command inside a script answered
    /// (<c>ERR Error running script ... -READONLY ...</c>), and some conditions never had a first word of their own.
    /// </summary>
    private static readonly (string Part, RedisFailureKind Kind)[] Parts =
    [
        ("-READONLY", RedisFailureKind.ReadOnly),
        ("-OOM", RedisFailureKind.OutOfMemory),
        ("-MASTERDOWN", RedisFailureKind.MasterDown),
        ("-NOREPLICAS", RedisFailureKind.NoReplicas),
        ("-MISCONF", RedisFailureKind.PersistenceFailed),
        ("-LOADING", RedisFailureKind.Loading),
        ("max number of clients", RedisFailureKind.MaxClients),
        ("The user executing the script", RedisFailureKind.NoPermission),
        ("invalid password", RedisFailureKind.AuthenticationFailed),
        ("without any password configured", RedisFailureKind.AuthenticationFailed),
        ("but no password is set", RedisFailureKind.AuthenticationFailed),
        ("operation not permitted", RedisFailureKind.AuthenticationRequired),
        ("DB index is out of range", RedisFailureKind.NoSuchDatabase),
        ("invalid DB index", RedisFailureKind.NoSuchDatabase),
        ("unknown command", RedisFailureKind.CommandMissing),
        ("Unknown Redis command", RedisFailureKind.CommandMissing),
        ("has MOVED", RedisFailureKind.ClusterMode),
        ("not allowed in cluster mode", RedisFailureKind.ClusterMode),
        ("non local key in a cluster", RedisFailureKind.ClusterMode),
        ("Protocol error", RedisFailureKind.ProtocolViolation),
    ];

    /// <summary>What the text of an error reply (without the leading <c>-</c>) means.</summary>
    public static RedisFailureKind Classify(string text)
    {
        var first = text.AsSpan(0, Math.Max(text.IndexOf(' ', StringComparison.Ordinal), 0));
        first = first.IsEmpty ? text : first;
        foreach (var (word, kind) in Words)
        {
            if (first.SequenceEqual(word))
            {
                return kind;
            }
        }

        foreach (var (part, kind) in Parts)
        {
            if (text.Contains(part, StringComparison.Ordinal))
            {
                return kind;
            }
        }

        return RedisFailureKind.ServerError;
    }

    /// <summary>The failure for an error reply to the command named <paramref name="command"/>.</summary>
    public static RedisFailureException ToFailure(string command, string text)
    {
        var kind = Classify(text);
        var hint = kind switch
        {
            RedisFailureKind.ClusterMode => " (cluster mode is not supported: use a single primary)",
            RedisFailureKind.CommandMissing => " (the server has renamed or disabled a command that the worker needs)",
            _ => string.Empty,
        };
        return new RedisFailureException(kind, $"{command} was answered with an error: {Clean(text)}{hint}");
    }

    /// <summary>The server's text on one line, without what it quotes of our arguments (an unknown command is answered with the first of them).</summary>
    public static string Clean(string text)
    {
        var quoted = text.IndexOf(", with args beginning with", StringComparison.Ordinal);
        var shown = text[..Math.Min(quoted < 0 ? text.Length : quoted, MaxTextLength)];
        return string.Create(shown.Length, shown, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                target[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });
    }
}
