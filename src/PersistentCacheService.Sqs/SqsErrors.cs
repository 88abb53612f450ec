using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;

namespace Amazon.SQS;

/// <summary>Classifies errors of calls to SQS. Looks at codes, states and exception types only, so it also works on the exceptions of AWSSDK.SQS.</summary>
public static class SqsErrors
{
    // Shape names of the JSON protocol, the query protocol's older names, and the codes common to AWS services.
    private static readonly FrozenDictionary<string, SqsErrorKind> KindByCode = new Dictionary<string, SqsErrorKind>(StringComparer.Ordinal)
    {
        ["RequestThrottled"] = SqsErrorKind.Throttled,
        ["RequestThrottledException"] = SqsErrorKind.Throttled,
        ["Throttling"] = SqsErrorKind.Throttled,
        ["ThrottlingException"] = SqsErrorKind.Throttled,
        ["ThrottledException"] = SqsErrorKind.Throttled,
        ["TooManyRequestsException"] = SqsErrorKind.Throttled,
        ["RequestLimitExceeded"] = SqsErrorKind.Throttled,
        ["BandwidthLimitExceeded"] = SqsErrorKind.Throttled,
        ["SlowDown"] = SqsErrorKind.Throttled,
        ["KmsThrottled"] = SqsErrorKind.Throttled,
        ["KMS.ThrottlingException"] = SqsErrorKind.Throttled,
        ["InternalError"] = SqsErrorKind.Unavailable,
        ["InternalFailure"] = SqsErrorKind.Unavailable,
        ["InternalServerError"] = SqsErrorKind.Unavailable,
        ["ServiceUnavailable"] = SqsErrorKind.Unavailable,
        ["ServiceUnavailableException"] = SqsErrorKind.Unavailable,
        ["RequestTimeout"] = SqsErrorKind.Timeout,
        ["RequestTimeoutException"] = SqsErrorKind.Timeout,
        ["OverLimit"] = SqsErrorKind.OverLimit,
        ["QueueDoesNotExist"] = SqsErrorKind.QueueDoesNotExist,
        ["AWS.SimpleQueueService.NonExistentQueue"] = SqsErrorKind.QueueDoesNotExist,
        ["AccessDenied"] = SqsErrorKind.AccessDenied,
        ["AccessDeniedException"] = SqsErrorKind.AccessDenied,
        ["AuthorizationError"] = SqsErrorKind.AccessDenied,
        ["UnauthorizedOperation"] = SqsErrorKind.AccessDenied,
        ["NotAuthorized"] = SqsErrorKind.AccessDenied,
        ["OptInRequired"] = SqsErrorKind.AccessDenied,
        ["InvalidSecurity"] = SqsErrorKind.AccessDenied,
        ["KmsAccessDenied"] = SqsErrorKind.AccessDenied,
        ["KMS.AccessDeniedException"] = SqsErrorKind.AccessDenied,
        ["KmsDisabled"] = SqsErrorKind.AccessDenied,
        ["KMS.DisabledException"] = SqsErrorKind.AccessDenied,
        ["KmsInvalidState"] = SqsErrorKind.AccessDenied,
        ["KMS.KMSInvalidStateException"] = SqsErrorKind.AccessDenied,
        ["KmsInvalidKeyUsage"] = SqsErrorKind.AccessDenied,
        ["KMS.InvalidKeyUsageException"] = SqsErrorKind.AccessDenied,
        ["KmsNotFound"] = SqsErrorKind.AccessDenied,
        ["KMS.NotFoundException"] = SqsErrorKind.AccessDenied,
        ["KmsOptInRequired"] = SqsErrorKind.AccessDenied,
        ["KMS.OptInRequired"] = SqsErrorKind.AccessDenied,
        ["InvalidClientTokenId"] = SqsErrorKind.InvalidCredentials,
        ["UnrecognizedClientException"] = SqsErrorKind.InvalidCredentials,
        ["InvalidAccessKeyId"] = SqsErrorKind.InvalidCredentials,
        ["SignatureDoesNotMatch"] = SqsErrorKind.InvalidCredentials,
        ["InvalidSignatureException"] = SqsErrorKind.InvalidCredentials,
        ["IncompleteSignature"] = SqsErrorKind.InvalidCredentials,
        ["IncompleteSignatureException"] = SqsErrorKind.InvalidCredentials,
        ["MissingAuthenticationToken"] = SqsErrorKind.InvalidCredentials,
        ["MissingAuthenticationTokenException"] = SqsErrorKind.InvalidCredentials,
        ["ExpiredToken"] = SqsErrorKind.ExpiredCredentials,
        ["ExpiredTokenException"] = SqsErrorKind.ExpiredCredentials,
        ["TokenRefreshRequired"] = SqsErrorKind.ExpiredCredentials,
        ["RequestTimeTooSkewed"] = SqsErrorKind.ClockSkew,
        ["RequestExpired"] = SqsErrorKind.ClockSkew,
        ["RequestInTheFuture"] = SqsErrorKind.ClockSkew,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Why the call failed.</summary>
    public static SqsErrorKind GetSqsErrorKind(this Exception exception) => exception switch
    {
        AmazonSQSException error => error.Kind,
        AmazonServiceException error when (int)error.StatusCode != 0 => Classify(error.ErrorCode, error.StatusCode),
        AmazonServiceException { InnerException: { } inner } => inner.GetSqsErrorKind(),
        // Without a reply and a cause it is a credential provider that gave up.
        AmazonServiceException or AmazonClientException => SqsErrorKind.CredentialsUnavailable,
        OperationCanceledException => SqsErrorKind.Cancelled,
        TimeoutException => SqsErrorKind.Timeout,
        HttpRequestException or IOException or SocketException => SqsErrorKind.Network,
        _ => SqsErrorKind.Unknown,
    };

    /// <summary>
    /// The same call can succeed without anybody changing anything, after a pause that grows with every failure.
    /// A configuration error can be both: IAM changes take a while to arrive, and credential endpoints come back.
    /// </summary>
    public static bool CanRetry(this SqsErrorKind kind) => kind is SqsErrorKind.Throttled or SqsErrorKind.Unavailable or SqsErrorKind.Timeout
        or SqsErrorKind.Network or SqsErrorKind.UnexpectedResponse or SqsErrorKind.OverLimit or SqsErrorKind.ExpiredCredentials
        or SqsErrorKind.CredentialsUnavailable or SqsErrorKind.ClockSkew;

    /// <summary>A person should look: the queue, its policy, the identity, the clock or the settings are wrong.</summary>
    public static bool IsConfigurationError(this SqsErrorKind kind) => kind is SqsErrorKind.QueueDoesNotExist or SqsErrorKind.AccessDenied
        or SqsErrorKind.InvalidCredentials or SqsErrorKind.ExpiredCredentials or SqsErrorKind.CredentialsUnavailable or SqsErrorKind.ClockSkew
        or SqsErrorKind.InvalidRequest;

    /// <summary>The kind of an error reply; a code says more than the status.</summary>
    internal static SqsErrorKind Classify(string? code, HttpStatusCode status)
    {
        if (code is not null && KindByCode.TryGetValue(code, out var kind))
        {
            return kind;
        }

        return (int)status switch
        {
            429 => SqsErrorKind.Throttled,
            408 => SqsErrorKind.Timeout,
            >= 500 => SqsErrorKind.Unavailable,
            // Without a code it is some other server's answer (a proxy, a portal, a wrong port).
            _ when code is null => SqsErrorKind.UnexpectedResponse,
            401 or 403 => SqsErrorKind.AccessDenied,
            _ => SqsErrorKind.InvalidRequest,
        };
    }
}
