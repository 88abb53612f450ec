using Amazon.Runtime;

namespace Amazon.SQS;

/// <summary>
/// A call to SQS failed: <see cref="Kind"/> says why in the caller's terms; <c>ErrorCode</c>, <c>StatusCode</c> and <c>RequestId</c> are those of the
/// reply (null or 0 when there was none). The message never holds credentials, signatures or message bodies.
/// </summary>
public class AmazonSQSException : AmazonServiceException
{
    internal AmazonSQSException(SqsErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Kind = kind;
        ErrorType = ErrorType.Unknown;
    }

    internal AmazonSQSException(string message, SqsErrorReply reply)
        : base(message, null, reply.Type, reply.Code, reply.RequestId, reply.Status) => Kind = reply.Kind;

    /// <summary>Why the call failed.</summary>
    public SqsErrorKind Kind { get; }

    /// <summary>Not null when a retry can help.</summary>
    public override RetryableDetails? Retryable => Kind.CanRetry() ? new RetryableDetails(Kind == SqsErrorKind.Throttled) : null;
}
