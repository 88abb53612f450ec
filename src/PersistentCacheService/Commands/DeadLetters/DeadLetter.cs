using System.Text;
using Amazon.SQS.Model;
using EntitlementCache.Messages;
using PersistentCacheService.Queue;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>A message of the dead-letter queue, with what the decoder says about it.</summary>
internal sealed class DeadLetter
{
    public DeadLetter(Message message, long receivedAt)
    {
        Message = message;
        ReceivedAt = receivedAt;
        Body = Encoding.UTF8.GetBytes(message.Body ?? "");
        Origin = ReceivedMessage.OriginOf(message);
        Diagnosis = Diagnosis.Of(Body, Origin);
    }

    /// <summary>As SQS gave it.</summary>
    public Message Message { get; }

    /// <summary>Timestamp of the receive call, for the age of the handle.</summary>
    public long ReceivedAt { get; }

    /// <summary>The body as UTF-8.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>What the queue says beside the body.</summary>
    public MessageOrigin Origin { get; }

    /// <summary>What the decoder says.</summary>
    public Diagnosis Diagnosis { get; }

    /// <summary>Its id, the same at every delivery.</summary>
    public string Id => Message.MessageId ?? "";

    /// <summary>When it was sent; a FIFO queue tells when it became a dead letter instead. Null: not known.</summary>
    public DateTimeOffset? SentAt => Origin.SentTimestamp is > 0 and < 253_402_300_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds(Origin.SentTimestamp) : null;

    /// <summary>How often it was received, in the main queue and here.</summary>
    public long ReceiveCount => ReceivedMessage.ReceiveCountOf(Message);

    /// <summary>Its FIFO group; null on a standard queue.</summary>
    public string? GroupId => Attribute("MessageGroupId");

    /// <summary>The name of the queue that gave it up; null: not told.</summary>
    public string? SourceName => Attribute("DeadLetterQueueSourceArn") is { } arn ? arn[(arn.LastIndexOf(':') + 1)..] : null;

    /// <summary>A system attribute.</summary>
    public string? Attribute(string name) => Message.Attributes?.GetValueOrDefault(name);
}
