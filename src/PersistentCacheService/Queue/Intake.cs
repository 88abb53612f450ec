using Amazon.SQS.Model;
using EntitlementCache.Messages;
using PersistentCacheService.Settings;
using PersistentCacheService.Tracing;

namespace PersistentCacheService.Queue;

/// <summary>What is asked of the queue beside the bodies, and how its answer becomes messages in flight. What only traces need is asked for only while messages are traced.</summary>
/// <param name="settings">Which queue.</param>
/// <param name="properties">How long received handles live.</param>
/// <param name="phases">Ends the handling of received messages in a stop.</param>
/// <param name="tracer">Begins the traces of messages.</param>
/// <param name="time">Clock.</param>
internal sealed class Intake(QueueSettings settings, QueueProperties properties, ShutdownPhases phases, QueueTracer tracer, TimeProvider time)
{
    /// <summary>System attributes of a message.</summary>
    public List<string> SystemAttributeNames { get; } =
    [
        "SentTimestamp", "ApproximateReceiveCount",
        .. settings.IsFifo ? ["MessageGroupId"] : Array.Empty<string>(),
        .. tracer.IsOn ? [ProducerContext.SystemAttributeName] : Array.Empty<string>(),
    ];

    /// <summary>Attributes that its sender gave it.</summary>
    public List<string> AttributeNames { get; } = [.. MessageOrigin.AttributeNames, OriginalTime.AttributeName, .. tracer.IsOn ? ProducerContext.AttributeNames : []];

    /// <summary>Takes over the messages of a receive call.</summary>
    /// <param name="messages">At least one.</param>
    /// <param name="began">Timestamp of the call's begin.</param>
    public ReceivedMessage[] Take(List<Message> messages, long began)
    {
        var batch = ReceivedMessage.Batch(messages, properties.HandleLife, time, phases.Abandon);
        tracer.Received(batch, messages, began);
        return batch;
    }
}
