namespace PersistentCacheService.Queue.Sqs;

/// <summary>Why a call to SQS failed, in the terms in which the worker must decide. The names are label values that alerts match: do not rename them.</summary>
internal enum SqsErrorKind
{
    /// <summary>Not an error of a call to SQS.</summary>
    Unknown,

    /// <summary>SQS, or KMS behind it, asks for fewer calls.</summary>
    Throttled,

    /// <summary>HTTP 5xx: SQS has a problem.</summary>
    Unavailable,

    /// <summary>No complete answer within the call's deadline.</summary>
    Timeout,

    /// <summary>No connection, or it broke: DNS, refused, reset, TLS.</summary>
    Network,

    /// <summary>An answer that is not SQS's: empty, not JSON, too large, a redirect, a proxy's page.</summary>
    UnexpectedResponse,

    /// <summary>Too many messages of the queue are in flight (120,000 on a standard queue); deletes free places.</summary>
    OverLimit,

    /// <summary>There is no such queue in this region and account.</summary>
    QueueDoesNotExist,

    /// <summary>The identity may not do this, or the queue's KMS key cannot be used.</summary>
    AccessDenied,

    /// <summary>Unknown access key, or a signature made with the wrong secret.</summary>
    InvalidCredentials,

    /// <summary>The session token has expired; the next call asks the provider for a new one.</summary>
    ExpiredCredentials,

    /// <summary>No provider of the chain delivers credentials: none is configured, its endpoint does not answer, or the role cannot be assumed.</summary>
    CredentialsUnavailable,

    /// <summary>The signature's time was refused: the local clock is wrong.</summary>
    ClockSkew,

    /// <summary>SQS refuses the request as it is: a parameter, an attribute, a receipt handle.</summary>
    InvalidRequest,

    /// <summary>The caller's token was cancelled.</summary>
    Cancelled,
}
