namespace Amazon.SQS;

/// <summary>A call had no complete answer when its deadline passed. The caller's own cancellation is an <see cref="OperationCanceledException"/> instead.</summary>
public sealed class SqsTimeoutException : AmazonSQSException
{
    internal SqsTimeoutException(string message, TimeSpan deadline, Exception innerException)
        : base(SqsErrorKind.Timeout, message, innerException) => Deadline = deadline;

    /// <summary>How long the call was given.</summary>
    public TimeSpan Deadline { get; }
}
