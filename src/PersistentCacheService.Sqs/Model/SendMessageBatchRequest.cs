namespace Amazon.SQS.Model;

/// <summary>Sends up to 10 messages.</summary>
public sealed class SendMessageBatchRequest
{
    /// <summary>URL of the queue.</summary>
    public string? QueueUrl { get; set; }

    /// <summary>1..10 entries with distinct ids.</summary>
    public List<SendMessageBatchRequestEntry>? Entries { get; set; }
}
