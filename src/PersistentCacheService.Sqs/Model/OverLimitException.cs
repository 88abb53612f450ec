namespace Amazon.SQS.Model;

/// <summary>Too many messages of the queue are in flight.</summary>
public sealed class OverLimitException : AmazonSQSException
{
    internal OverLimitException(string message, SqsErrorReply reply)
        : base(message, reply)
    {
    }
}
