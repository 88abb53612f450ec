namespace LocalSqs.Queues;

/// <summary>What one receive hands out: the message and its counters at that moment.</summary>
internal readonly record struct ReceivedMessage(Message Message, ReceiptHandle Handle, int ReceiveCount, long FirstReceivedAt);
