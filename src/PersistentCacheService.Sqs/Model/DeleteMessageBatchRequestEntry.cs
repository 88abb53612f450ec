namespace Amazon.SQS.Model;

/// <summary>A message to delete.</summary>
public sealed class DeleteMessageBatchRequestEntry
{
    /// <summary>Distinct within the batch, 1..80 characters of <c>[A-Za-z0-9_-]</c>; the result names the entry by it.</summary>
    public string? Id { get; set; }

    /// <summary>Handle of the latest receive of the message.</summary>
    public string? ReceiptHandle { get; set; }
}
