namespace Amazon.SQS.Model;

/// <summary>A message whose visibility timeout changes.</summary>
public sealed class ChangeMessageVisibilityBatchRequestEntry
{
    /// <summary>Distinct within the batch, 1..80 characters of <c>[A-Za-z0-9_-]</c>; the result names the entry by it.</summary>
    public string? Id { get; set; }

    /// <summary>Handle of the latest receive of the message.</summary>
    public string? ReceiptHandle { get; set; }

    /// <summary>Seconds from now until the message is visible again, 0..43200.</summary>
    public int? VisibilityTimeout { get; set; }
}
