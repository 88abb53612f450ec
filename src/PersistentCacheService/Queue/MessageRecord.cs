using EntitlementCache.Messages;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Queue;

/// <summary>Counts what becomes of messages: for the metrics, for the summary line of each minute, and for the queue's own lag.</summary>
internal sealed class MessageRecord(ServiceMetrics metrics, Tally tally, QueueLag lag)
{
    /// <summary>A message that can be read was received.</summary>
    public void Received(ReceivedMessage message)
    {
        // Later deliveries waited for reasons of their own, such as an API that is down: they do not tell of a slow queue.
        if (message is { Lag: { } age, ReceiveCount: <= 1 })
        {
            metrics.Received(age);
            tally.Received(age);
            lag.Record(age);
        }
    }

    /// <summary>The processing of a message ended.</summary>
    public void Handled(ReceivedMessage message, MessageType type, MessageOutcome outcome)
    {
        metrics.Handled(type, outcome, message.Age);
        tally.Handled(outcome);
    }
}
