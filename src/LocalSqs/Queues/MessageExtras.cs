namespace LocalSqs.Queues;

/// <summary>What only some messages have.</summary>
internal sealed record MessageExtras
{
    /// <summary>User attributes, sorted by name; empty when there are none.</summary>
    public IReadOnlyList<MessageAttribute> Attributes { get; init; } = [];

    public string? GroupId { get; init; }

    public string? DeduplicationId { get; init; }

    /// <summary>The 20-digit number a FIFO queue gave the message; 0 on a standard queue.</summary>
    public long SequenceNumber { get; init; }

    /// <summary>Queue the message came from when redrive put it into a dead-letter queue.</summary>
    public string? DeadLetterSourceArn { get; init; }
}
