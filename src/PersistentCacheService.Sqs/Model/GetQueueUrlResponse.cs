using Amazon.Runtime;

namespace Amazon.SQS.Model;

/// <summary>Where the queue is.</summary>
public sealed class GetQueueUrlResponse : AmazonWebServiceResponse
{
    /// <summary>URL of the queue.</summary>
    public string? QueueUrl { get; set; }
}
