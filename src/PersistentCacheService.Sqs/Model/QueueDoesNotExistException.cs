namespace Amazon.SQS.Model;

/// <summary>The queue does not exist in this region and account.</summary>
public sealed class QueueDoesNotExistException : AmazonSQSException
{
    internal QueueDoesNotExistException(string message, SqsErrorReply reply)
        : base(message, reply)
    {
    }
}
