namespace Amazon.SQS.Model;

/// <summary>Creates a queue, or finds it when it exists with the same attributes.</summary>
public sealed class CreateQueueRequest
{
    /// <summary>Name, up to 80 characters of <c>[A-Za-z0-9_-]</c>; <c>.fifo</c> at the end makes a FIFO queue.</summary>
    public string? QueueName { get; set; }

    /// <summary>Attributes, e.g. <c>VisibilityTimeout</c>, <c>RedrivePolicy</c>, <c>FifoQueue</c>.</summary>
    public Dictionary<string, string>? Attributes { get; set; }
}
