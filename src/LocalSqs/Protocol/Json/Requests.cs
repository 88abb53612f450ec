using System.Text.Json.Serialization;

namespace LocalSqs.Protocol.Json;

/// <summary>The calls about queues themselves; each uses some of these members.</summary>
internal sealed record QueueRequest(
    string? QueueUrl,
    string? QueueName,
    Dictionary<string, string>? Attributes,
    List<string>? AttributeNames);

/// <summary>ReceiveMessage. AttributeNames is the older name of MessageSystemAttributeNames.</summary>
internal sealed record ReceiveRequest(
    string? QueueUrl,
    int? MaxNumberOfMessages,
    int? WaitTimeSeconds,
    int? VisibilityTimeout,
    List<string>? AttributeNames,
    List<string>? MessageSystemAttributeNames,
    List<string>? MessageAttributeNames);

/// <summary>What requests and entries of batches have in common.</summary>
internal interface IEntry
{
    /// <summary>Of a single request.</summary>
    string? QueueUrl { get; }

    /// <summary>Of an entry of a batch.</summary>
    string? Id { get; }
}

/// <summary>SendMessage, or an entry of SendMessageBatch.</summary>
internal sealed record SendRequest(
    string? QueueUrl,
    string? Id,
    [property: JsonConverter(typeof(TextConverter))] byte[]? MessageBody,
    int? DelaySeconds,
    string? MessageGroupId,
    string? MessageDeduplicationId,
    Dictionary<string, AttributeValue>? MessageAttributes) : IEntry;

/// <summary>DeleteMessage or ChangeMessageVisibility, or an entry of their batches.</summary>
internal sealed record HandleRequest(string? QueueUrl, string? Id, string? ReceiptHandle, int? VisibilityTimeout) : IEntry;

/// <summary>A batch of any kind.</summary>
internal sealed record BatchRequest<T>(string? QueueUrl, List<T>? Entries)
    where T : IEntry;

/// <summary>Value of a message attribute; one of the two values is there.</summary>
internal sealed record AttributeValue(string? DataType, string? StringValue, byte[]? BinaryValue);
