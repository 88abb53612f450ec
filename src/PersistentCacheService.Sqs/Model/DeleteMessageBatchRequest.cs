namespace Amazon.SQS.Model;

/// <summary>Deletes up to 10 messages.</summary>
public sealed class DeleteMessageBatchRequest
{
    /// <summary>URL of the queue.</summary>
    public string? QueueUrl { get; set; }

    /// <summary>1..10 entries with distinct ids.</summary>
    public List<DeleteMessageBatchRequestEntry>? Entries { get; set; }
}
