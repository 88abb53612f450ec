namespace LocalSqs.Queues;

/// <summary>What a send answers about one message.</summary>
/// <param name="Id">Message id.</param>
/// <param name="SequenceNumber">Number in a FIFO queue; 0 on a standard queue.</param>
internal readonly record struct SentMessage(Guid Id, long SequenceNumber);
