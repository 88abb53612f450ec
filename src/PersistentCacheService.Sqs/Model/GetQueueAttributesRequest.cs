namespace Amazon.SQS.Model;

/// <summary>Asks for attributes of a queue.</summary>
public sealed class GetQueueAttributesRequest
{
    /// <summary>URL of the queue.</summary>
    public string? QueueUrl { get; set; }

    /// <summary>Names of attributes, or <c>All</c>.</summary>
    public List<string>? AttributeNames { get; set; }
}
