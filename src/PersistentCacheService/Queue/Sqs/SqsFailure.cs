using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;

namespace PersistentCacheService.Queue.Sqs;

/// <summary>What an exception of the SQS client means: its kind, whether an operator must act, and a text that is fit for a log.</summary>
internal static class SqsFailure
{
    // Enough for AWS's longest explanation with two ARNs in it.
    private const int MaxCauseLength = 512;

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
        AmazonUnmarshallingException => SqsErrorKind.UnexpectedResponse,
        AmazonServiceException error when (int)error.StatusCode != 0 => Classify(error.ErrorCode, error.StatusCode),
        AmazonServiceException { InnerException: { } inner } => inner.GetSqsErrorKind(),
        // Without a reply and a cause it is a credential provider that gave up.
        AmazonServiceException or AmazonClientException => SqsErrorKind.CredentialsUnavailable,
        // .NET's way to say that connecting, TLS included, took too long.
        OperationCanceledException { InnerException: TimeoutException } => SqsErrorKind.Network,
        OperationCanceledException => SqsErrorKind.Cancelled,
        TimeoutException => SqsErrorKind.Timeout,
        InvalidDataException => SqsErrorKind.UnexpectedResponse,
        HttpRequestException or IOException or SocketException => SqsErrorKind.Network,
        _ => SqsErrorKind.Unknown,
    };

    /// <summary>An operator should look: the queue, its policy, the identity, the clock or the settings are wrong.</summary>
    public static bool IsConfigurationError(this SqsErrorKind kind) => kind is SqsErrorKind.QueueDoesNotExist or SqsErrorKind.AccessDenied
        or SqsErrorKind.InvalidCredentials or SqsErrorKind.ExpiredCredentials or SqsErrorKind.CredentialsUnavailable or SqsErrorKind.ClockSkew
        or SqsErrorKind.InvalidRequest;

    /// <summary>
    /// Why the call failed, for logs: code, status, request id, and the first line of the message, cut. What AWS answers to a wrong signature continues with
    /// the canonical request, and that has the session token in it.
    /// </summary>
    public static string GetSqsCause(this Exception exception)
    {
        if (exception is AmazonServiceException { InnerException: { } inner } transport && (int)transport.StatusCode == 0)
        {
            return inner.GetSqsCause();
        }

        var text = FirstLine(exception is AmazonUnmarshallingException { InnerException: { } cause } ? "the answer is not SQS's: " + cause.Message : exception.Message);
        return exception is AmazonServiceException error && (int)error.StatusCode != 0
            ? $"{(string.IsNullOrEmpty(error.ErrorCode) ? "error" : error.ErrorCode)} (HTTP {(int)error.StatusCode}{(string.IsNullOrEmpty(error.RequestId) ? "" : ", request id " + error.RequestId)}): {text}"
            : text;
    }

    /// <summary>The kind of an error reply; a code says more than the status.</summary>
    public static SqsErrorKind Classify(string? code, HttpStatusCode status)
    {
        if (!string.IsNullOrEmpty(code) && KindByCode.TryGetValue(code, out var kind))
        {
            return kind;
        }

        return (int)status switch
        {
            429 => SqsErrorKind.Throttled,
            408 => SqsErrorKind.Timeout,
            >= 500 => SqsErrorKind.Unavailable,
            // Without a code it is some other server's answer (a proxy, a portal, a wrong port).
            _ when string.IsNullOrEmpty(code) => SqsErrorKind.UnexpectedResponse,
            401 or 403 => SqsErrorKind.AccessDenied,
            _ => SqsErrorKind.InvalidRequest,
        };
    }

    private static string FirstLine(string message)
    {
        var line = message.AsSpan().TrimStart();
        var end = line.IndexOfAny('\r', '\n');
        line = end < 0 ? line : line[..end];
        return line[..Math.Min(line.Length, MaxCauseLength)].ToString();
    }
}
