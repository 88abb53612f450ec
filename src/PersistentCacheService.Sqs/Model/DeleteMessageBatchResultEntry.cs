namespace Amazon.SQS.Model;

/// <summary>An entry that was deleted.</summary>
public sealed class DeleteMessageBatchResultEntry
{
    /// <summary>Id of the entry in the request.</summary>
    public string? Id { get; set; }
}
