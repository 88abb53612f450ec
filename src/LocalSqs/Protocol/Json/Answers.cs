using System.Text.Json.Serialization;

namespace LocalSqs.Protocol.Json;

/// <summary>An error.</summary>
internal sealed record ErrorAnswer([property: JsonPropertyName("__type")] string Type, [property: JsonPropertyName("message")] string Message);

/// <summary>What the calls about queues answer; each uses some of these members.</summary>
internal sealed record QueueAnswer(string? QueueUrl = null, Dictionary<string, string>? Attributes = null);

/// <summary>ReceiveMessage.</summary>
internal sealed record ReceiveAnswer(List<MessageAnswer>? Messages);

/// <summary>A received message.</summary>
internal sealed record MessageAnswer(
    string MessageId,
    string ReceiptHandle,
    string MD5OfBody,
    [property: JsonConverter(typeof(RawJsonConverter))] byte[] Body,
    Dictionary<string, string>? Attributes,
    string? MD5OfMessageAttributes,
    Dictionary<string, AttributeValue>? MessageAttributes);

/// <summary>A call or entry that succeeded: a sent message has an id and digests, the others have nothing.</summary>
internal sealed record EntryAnswer(
    string? Id = null,
    string? MessageId = null,
    string? MD5OfMessageBody = null,
    string? MD5OfMessageAttributes = null,
    string? MD5OfMessageSystemAttributes = null,
    string? SequenceNumber = null);

/// <summary>What the calls about message move tasks answer; each uses some of these members.</summary>
internal sealed record MoveTaskAnswer(string? TaskHandle = null, long? ApproximateNumberOfMessagesMoved = null, List<MoveTaskResult>? Results = null);

/// <summary>A message move task: the members of AWS' ListMessageMoveTasksResultEntry.</summary>
internal sealed record MoveTaskResult
{
    public string? TaskHandle { get; init; }

    public required string Status { get; init; }

    public required string SourceArn { get; init; }

    public string? DestinationArn { get; init; }

    public int? MaxNumberOfMessagesPerSecond { get; init; }

    public long ApproximateNumberOfMessagesMoved { get; init; }

    public long ApproximateNumberOfMessagesToMove { get; init; }

    public string? FailureReason { get; init; }

    public long StartedTimestamp { get; init; }
}

/// <summary>A batch of any kind. A list without entries is absent, as on AWS.</summary>
internal sealed record BatchAnswer(List<EntryAnswer>? Successful, List<FailedEntry>? Failed);

/// <summary>An entry that failed.</summary>
/// <param name="Id">Id of the entry.</param>
/// <param name="Code">Error code, as in BatchResultErrorEntry.</param>
/// <param name="SenderFault">Whether a retry is useless.</param>
/// <param name="Message">Human-readable text.</param>
internal sealed record FailedEntry(string Id, string Code, bool SenderFault, string Message);
