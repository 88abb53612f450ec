namespace Amazon.SQS.Model;

/// <summary>Asks for the URL of a queue.</summary>
public sealed class GetQueueUrlRequest
{
    /// <summary>Name of the queue.</summary>
    public string? QueueName { get; set; }

    /// <summary>Account of the queue; null: the caller's.</summary>
    public string? QueueOwnerAWSAccountId { get; set; }
}
