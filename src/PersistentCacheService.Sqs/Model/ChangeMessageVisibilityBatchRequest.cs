namespace Amazon.SQS.Model;

/// <summary>Changes the visibility timeout of up to 10 messages.</summary>
public sealed class ChangeMessageVisibilityBatchRequest
{
    /// <summary>URL of the queue.</summary>
    public string? QueueUrl { get; set; }

    /// <summary>1..10 entries with distinct ids.</summary>
    public List<ChangeMessageVisibilityBatchRequestEntry>? Entries { get; set; }
}
