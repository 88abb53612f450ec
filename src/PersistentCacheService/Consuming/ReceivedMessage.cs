using Amazon.SQS.Model;
using PersistentCacheService.Messages;

namespace PersistentCacheService.Consuming;

/// <summary>A message in hand. It holds one permit of the <see cref="InFlightLimiter"/> until it is acknowledged, given back or left.</summary>
internal sealed class ReceivedMessage
{
    private static readonly TimeSpan LongestReserve = TimeSpan.FromSeconds(3);

    private readonly ReceivedBatch _batch;
    private readonly Message _message;
    private bool _isBodyDone;

    public ReceivedMessage(ReceivedBatch batch, Message message)
    {
        _batch = batch;
        _message = message;
        MessageId = message.MessageId ?? "";
        ReceiveCount = message.ApproximateReceiveCount ?? 0;
    }

    /// <summary>Id of the message, the same at every delivery.</summary>
    public string MessageId { get; }

    /// <summary>Handle of this delivery.</summary>
    public string ReceiptHandle => _message.ReceiptHandle ?? "";

    /// <summary>The same as UTF-8, without making a string of it.</summary>
    public ReadOnlyMemory<byte> ReceiptHandleUtf8 => _message.ReceiptHandleUtf8;

    /// <summary>How often the message was delivered, this time included; 0 when the queue did not tell.</summary>
    public int ReceiveCount { get; }

    /// <summary>Group of a FIFO queue's message.</summary>
    public string? GroupId => _message.MessageGroupId;

    /// <summary>The body; valid until <see cref="BodyDone"/>.</summary>
    public ReadOnlyMemory<byte> Body => _message.BodyUtf8;

    /// <summary>What the queue says about the message beside its body.</summary>
    public MessageOrigin Origin => new(_message.SentTimestampMilliseconds ?? 0, DeclaredType());

    /// <summary>Ends when the handle of this delivery must not be used any more, or when messages in hand are abandoned at the end of a stop.</summary>
    public CancellationToken HandleExpires => _batch.HandlesExpire;

    /// <summary>Time since the receipt.</summary>
    public TimeSpan Age(TimeProvider time) => time.GetElapsedTime(_batch.ReceivedAt);

    /// <summary>How long the handle may still be used; zero or less: no more.</summary>
    public TimeSpan HandleLifeLeft(TimeProvider time) => _batch.HandleLife - Age(time);

    /// <summary>How long to wait for something before the message is given back instead. For that call 3 s of the handle's life, or a quarter of a short one, are kept.</summary>
    public TimeSpan Patience(TimeProvider time)
    {
        var left = HandleLifeLeft(time);
        var reserve = left / 4 < LongestReserve ? left / 4 : LongestReserve;
        return left > TimeSpan.Zero ? left - reserve : TimeSpan.Zero;
    }

    /// <summary>Nobody reads the body any more. Saying it again does nothing.</summary>
    public void BodyDone()
    {
        if (!_isBodyDone)
        {
            _isBodyDone = true;
            _batch.BodyDone();
        }
    }

    /// <summary>The message is processed: nobody reads its body, and nobody waits for <see cref="HandleExpires"/>. Once, at the end.</summary>
    public void Done()
    {
        BodyDone();
        _batch.MessageDone();
    }

    private string? DeclaredType()
    {
        if (_message.MessageAttributes is not { Count: > 0 } attributes)
        {
            return null;
        }

        foreach (var name in MessageOrigin.AttributeNames)
        {
            if (attributes.TryGetValue(name, out var attribute) && MessageOrigin.IsText(attribute.DataType) && attribute.StringValue is { Length: > 0 } text)
            {
                return text;
            }
        }

        return null;
    }
}
