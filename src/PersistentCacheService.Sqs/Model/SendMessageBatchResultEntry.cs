namespace Amazon.SQS.Model;

/// <summary>An entry that was sent.</summary>
public sealed class SendMessageBatchResultEntry
{
    /// <summary>Id of the entry in the request.</summary>
    public string? Id { get; set; }

    /// <summary>Id of the new message.</summary>
    public string? MessageId { get; set; }

    /// <summary>MD5 of the body in hexadecimal.</summary>
    public string? MD5OfMessageBody { get; set; }

    /// <summary>FIFO queues: position of the message.</summary>
    public string? SequenceNumber { get; set; }
}
