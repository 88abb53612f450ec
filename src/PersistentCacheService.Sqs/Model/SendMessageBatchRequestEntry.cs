namespace Amazon.SQS.Model;

/// <summary>A message to send.</summary>
public sealed class SendMessageBatchRequestEntry
{
    /// <summary>Distinct within the batch, 1..80 characters of <c>[A-Za-z0-9_-]</c>; the result names the entry by it.</summary>
    public string? Id { get; set; }

    /// <summary>The body, 1 byte to 1 MiB of UTF-8 for the whole batch.</summary>
    public string? MessageBody { get; set; }

    /// <summary>Seconds before the message can be received, 0..900; null: the queue's own.</summary>
    public int? DelaySeconds { get; set; }

    /// <summary>Attributes beside the body.</summary>
    public Dictionary<string, MessageAttributeValue>? MessageAttributes { get; set; }

    /// <summary>FIFO queues: messages of a group are delivered in order.</summary>
    public string? MessageGroupId { get; set; }

    /// <summary>FIFO queues: a second message with this id within 5 minutes is dropped.</summary>
    public string? MessageDeduplicationId { get; set; }
}
