namespace Amazon.SQS.Model;

/// <summary>An entry whose visibility timeout was changed.</summary>
public sealed class ChangeMessageVisibilityBatchResultEntry
{
    /// <summary>Id of the entry in the request.</summary>
    public string? Id { get; set; }
}
