namespace Amazon.SQS.Model;

/// <summary>Asks for messages of a queue.</summary>
public sealed class ReceiveMessageRequest
{
    /// <summary>URL of the queue.</summary>
    public string? QueueUrl { get; set; }

    /// <summary>Most messages to return, 1..10; null: 1.</summary>
    public int? MaxNumberOfMessages { get; set; }

    /// <summary>Seconds to wait for a first message, 0..20; null: the queue's own.</summary>
    public int? WaitTimeSeconds { get; set; }

    /// <summary>Seconds for which the messages stay hidden from others, 0..43200; null: the queue's own.</summary>
    public int? VisibilityTimeout { get; set; }

    /// <summary>System attributes to return, e.g. <c>SentTimestamp</c>, <c>ApproximateReceiveCount</c>, <c>MessageGroupId</c> or <c>All</c>.</summary>
    public List<string>? MessageSystemAttributeNames { get; set; }

    /// <summary>The sender's attributes to return: names, prefixes such as <c>foo.*</c>, or <c>All</c>.</summary>
    public List<string>? MessageAttributeNames { get; set; }

    /// <summary>FIFO queues: repeats a receive whose answer was lost, within 5 minutes.</summary>
    public string? ReceiveRequestAttemptId { get; set; }
}
