namespace Amazon.SQS.Model;

/// <summary>A message to delete.</summary>
public sealed class DeleteMessageBatchRequestEntry
{
    /// <summary>Distinct within the batch, 1..80 characters of <c>[A-Za-z0-9_-]</c>; the result names the entry by it.</summary>
    public string? Id { get; set; }

    /// <summary>Handle of the latest receive of the message.</summary>
    public string? ReceiptHandle { get; set; }

    /// <summary>The handle as UTF-8, instead of <see cref="ReceiptHandle"/>: an addition to AWSSDK.SQS's shape.</summary>
    public ReadOnlyMemory<byte> ReceiptHandleUtf8 { get; set; }
}
