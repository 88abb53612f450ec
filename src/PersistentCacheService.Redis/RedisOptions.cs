namespace PersistentCacheService.Redis;

/// <summary>Where the server is and how patient the client is with it. <see cref="ToString"/> names no secret.</summary>
public sealed record RedisOptions
{
    /// <summary>A server that is alive and busy stays silent for no longer than this, whatever the command timeout says.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(5);

    /// <summary>Host name or address. The name is resolved anew at every attempt and is what a certificate must carry.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>TCP port.</summary>
    public int Port { get; init; } = 6379;

    /// <summary>Number of the database; 0 needs no SELECT.</summary>
    public int Database { get; init; }

    /// <summary>ACL user; null means the user <c>default</c>.</summary>
    public string? Username { get; init; }

    /// <summary>Password; null or empty means none. Not together with <see cref="PasswordFile"/>.</summary>
    public string? Password { get; init; }

    /// <summary>File that holds the password, without trailing line breaks. Read at every attempt, so that a rotated secret is picked up.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>TLS 1.2 or later with verified chain and name.</summary>
    public bool Tls { get; init; }

    /// <summary>PEM file with the certificate authorities to trust instead of the machine's; null means the machine's.</summary>
    public string? TlsCaFile { get; init; }

    /// <summary>Ask the authority whether the certificate was revoked. Off by default: it needs access to the authority's servers.</summary>
    public bool TlsCheckRevocation { get; init; }

    /// <summary>Name shown by <c>CLIENT LIST</c>; null or empty sets none. Without blanks.</summary>
    public string? ClientName { get; init; } = "persistent-cache-service";

    /// <summary>Deadline over DNS, TCP, TLS and handshake of one attempt. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Deadline of a command from <see cref="RedisClient.ExecuteAsync"/> to its reply. Default 5 s; kept with a grain of a twentieth, at most 250 ms.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A connection without traffic for this long is asked for a sign of life. Default 10 s: below the idle limits of usual load balancers and NATs.</summary>
    public TimeSpan IdlePingInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long <see cref="RedisClient.DisposeAsync"/> waits for commands in hand. Default 5 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Commands sent and not yet answered, at most. Default 1024: far more than covers a round trip at full speed.</summary>
    public int MaxInFlightCommands { get; init; } = 1024;

    /// <summary>Their bytes, at most; a single larger command is sent alone. Default 8 MiB.</summary>
    public int MaxInFlightBytes { get; init; } = 8 << 20;

    /// <summary>Commands accepted and not yet sent, at most; their callers wait. Beyond it commands fail as <see cref="RedisErrorKind.Overloaded"/>. Default 16384.</summary>
    public int MaxQueuedCommands { get; init; } = 16384;

    /// <summary>Longest string in a reply, in bytes; a longer one breaks the connection. Default 64 MiB.</summary>
    public int MaxReplyBulkLength { get; init; } = 64 << 20;

    /// <summary>Elements in a reply, nested ones included, at most. Default 1,048,576.</summary>
    public int MaxReplyElements { get; init; } = 1 << 20;

    /// <summary>
    /// Nothing read for this long although something was sent: the peer is gone. Twice the command timeout but not above 5 s,
    /// and never below the command timeout, because a <c>CLIENT PAUSE</c> the timeout allows for must not cost the connection.
    /// </summary>
    internal TimeSpan SilenceLimit
    {
        get
        {
            var twice = CommandTimeout * 2;
            var capped = twice < LongestSilence ? twice : LongestSilence;
            return capped > CommandTimeout ? capped : CommandTimeout;
        }
    }

    /// <summary>Host, port, database, TLS and user name's presence: enough to recognise the server.</summary>
    public override string ToString() =>
        $"{Host}:{Port} db {Database}{(Tls ? " tls" : string.Empty)}{(Username is null ? string.Empty : " user set")}"
        + (Password is { Length: > 0 } || PasswordFile is not null ? " password set" : string.Empty);

    /// <summary>Names a value that cannot work; null when there is none.</summary>
    internal string? FindProblem() => this switch
    {
        { Host: null or "" } => "Host is empty.",
        { Port: <= 0 or > ushort.MaxValue } => "Port is not within 1..65535.",
        { Database: < 0 } => "Database is negative.",
        { Password.Length: > 0, PasswordFile: not null } => "Password and PasswordFile exclude each other.",
        _ when ConnectTimeout <= TimeSpan.Zero || CommandTimeout <= TimeSpan.Zero || IdlePingInterval <= TimeSpan.Zero => "A timeout is not positive.",
        _ when DrainTimeout < TimeSpan.Zero => "DrainTimeout is negative.",
        { MaxInFlightCommands: <= 0 } or { MaxInFlightBytes: <= 0 } or { MaxQueuedCommands: <= 0 } => "A limit of commands in hand is not positive.",
        { MaxReplyBulkLength: <= 0 } or { MaxReplyElements: <= 0 } => "A limit of replies is not positive.",
        _ => null,
    };
}
