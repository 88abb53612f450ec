namespace Amazon.SQS.Model;

/// <summary>SQS asks for fewer calls.</summary>
public sealed class RequestThrottledException : AmazonSQSException
{
    internal RequestThrottledException(string message, SqsErrorReply reply)
        : base(message, reply)
    {
    }
}
