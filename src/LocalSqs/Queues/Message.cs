namespace LocalSqs.Queues;

/// <summary>A message of one queue. Its mutable members belong to the queue and change only under the queue's lock.</summary>
/// <remarks>A million of these must fit in memory beside their bodies: everything rare is in <see cref="Extras"/>.</remarks>
internal sealed class Message
{
    /// <summary>The id that SendMessage answered; a duplicate delivery carries the same one.</summary>
    public required Guid Id { get; init; }

    public required MessageBody Body { get; init; }

    /// <summary>When it was sent, in ms since the Unix epoch.</summary>
    public required long SentAt { get; set; }

    /// <summary>Attributes, group and deduplication id; null for a message that has none of them.</summary>
    public MessageExtras? Extras { get; set; }

    /// <summary>Position in the order of arrival; unique in the queue.</summary>
    public long Sequence { get; set; }

    /// <summary>First receive, in ms since the Unix epoch; 0 before it.</summary>
    public long FirstReceivedAt { get; set; }

    /// <summary>Latest receive on the monotonic clock, in ticks.</summary>
    public long ReceivedTicks { get; set; }

    /// <summary>When a message in flight becomes visible, on the monotonic clock, in ticks; fixed while the store has it among the hidden.</summary>
    public long DueTicks { get; set; }

    public int ReceiveCount { get; set; }

    public MessageState State { get; set; }

    /// <summary>A second copy as a standard queue may deliver: same id and body, a life of its own.</summary>
    public Message Duplicate() => new() { Id = Id, Body = Body, SentAt = SentAt, Extras = Extras };
}
