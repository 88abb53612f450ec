namespace EntitlementCache.Redis;

/// <summary>What went wrong, as far as it decides what to do next; <see cref="RedisFailures"/> says what that is. The names are labels of a metric and words of alerts and logs.</summary>
internal enum RedisFailureKind
{
    /// <summary>No connection is Ready at the moment; the command was not sent.</summary>
    NotConnected,

    /// <summary>The host name has no address at the moment (DNS).</summary>
    NameNotResolved,

    /// <summary>No sentinel answers, or none knows a primary of the name in REDIS_SENTINEL_MASTER.</summary>
    NoPrimaryKnown,

    /// <summary>There are no AWS credentials to sign an IAM token with; the message says why.</summary>
    CredentialsUnavailable,

    /// <summary>No address of the host accepted a TCP connection.</summary>
    ConnectFailed,

    /// <summary>DNS, TCP, TLS and handshake together took longer than REDIS_CONNECT_TIMEOUT_IN_MS.</summary>
    ConnectTimeout,

    /// <summary>The TLS handshake failed: untrusted, expired or wrongly named certificate, a client certificate that is missing or refused, or a server that does not speak TLS.</summary>
    TlsFailed,

    /// <summary>The server is a replica or a Sentinel: writes would be refused forever.</summary>
    NotPrimary,

    /// <summary>The connection ended while the command waited: closed, reset, or broken for the reason in the message.</summary>
    ConnectionLost,

    /// <summary>Commands were sent and nothing at all came back for longer than a live server may be silent.</summary>
    ServerSilent,

    /// <summary>Bytes arrived that are no reply of Redis. The connection is dropped: nothing after them can be trusted.</summary>
    ProtocolViolation,

    /// <summary>The command's own deadline passed; a late reply is ignored.</summary>
    Timeout,

    /// <summary>The client is being disposed or was never started.</summary>
    Closed,

    /// <summary><c>LOADING</c>: the server reads its data set from disk and answers soon.</summary>
    Loading,

    /// <summary><c>BUSY</c>: a script runs for too long.</summary>
    Busy,

    /// <summary><c>TRYAGAIN</c>: slots are being moved.</summary>
    TryAgain,

    /// <summary><c>OOM</c>: maxmemory is reached and nothing may be evicted.</summary>
    OutOfMemory,

    /// <summary><c>NOREPLICAS</c>: fewer good replicas than min-replicas-to-write.</summary>
    NoReplicas,

    /// <summary><c>MISCONF</c>: the server cannot save its data and therefore refuses writes.</summary>
    PersistenceFailed,

    /// <summary><c>READONLY</c>: the server became a replica. It keeps the connection open, so the client drops it.</summary>
    ReadOnly,

    /// <summary><c>MASTERDOWN</c>: a replica that lost its primary.</summary>
    MasterDown,

    /// <summary><c>NOAUTH</c> or protected mode: the server wants a password and got none.</summary>
    AuthenticationRequired,

    /// <summary><c>WRONGPASS</c> and its older forms: user name or password is wrong, or the user is disabled.</summary>
    AuthenticationFailed,

    /// <summary>The same in answer to an IAM token.</summary>
    TokenRefused,

    /// <summary>The server has as many clients as it allows.</summary>
    MaxClients,

    /// <summary><c>NOSCRIPT</c>: the script cache was lost. The script's body is sent once in answer.</summary>
    NoScript,

    /// <summary><c>NOPERM</c>: the ACL of the user lacks the command or the keys.</summary>
    NoPermission,

    /// <summary><c>WRONGTYPE</c>: the key holds something else than a string.</summary>
    WrongType,

    /// <summary><c>MOVED</c>, <c>ASK</c>, <c>CROSSSLOT</c>, <c>CLUSTERDOWN</c>: the server runs in cluster mode, which no reader of this cache supports.</summary>
    ClusterMode,

    /// <summary>The server has no database of the number in REDIS_DB.</summary>
    NoSuchDatabase,

    /// <summary>The server does not know a command that the worker needs: it was renamed or disabled.</summary>
    CommandMissing,

    /// <summary>Any other error reply, <c>ERR</c> among them.</summary>
    ServerError,
}
