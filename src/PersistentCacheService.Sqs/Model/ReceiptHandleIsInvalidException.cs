namespace Amazon.SQS.Model;

/// <summary>The receipt handle is not one of this queue.</summary>
public sealed class ReceiptHandleIsInvalidException : AmazonSQSException
{
    internal ReceiptHandleIsInvalidException(string message, SqsErrorReply reply)
        : base(message, reply)
    {
    }
}
