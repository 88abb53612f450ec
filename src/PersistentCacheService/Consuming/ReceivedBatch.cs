using Amazon.SQS.Model;

namespace PersistentCacheService.Consuming;

/// <summary>The messages of one receive call. Their bodies share one buffer, which is given back when nobody needs any of them.</summary>
#pragma warning disable CA1001 // Disposed by MessageDone, when the last message is processed: nobody holds a batch long enough to dispose it.
internal sealed class ReceivedBatch
#pragma warning restore CA1001
{
    private readonly ReceiveMessageResponse _response;
    private readonly CancellationTokenSource _handlesExpire;
    private readonly CancellationTokenRegistration _abandon;
    private int _bodiesInUse;
    private int _messagesInUse;

    /// <summary>Takes over a response with at least one message.</summary>
    /// <param name="response">What was received.</param>
    /// <param name="handleLife">How long the handles may be used.</param>
    /// <param name="time">Clock; the handles' life begins now.</param>
    /// <param name="abandon">Ends the processing of messages in hand before that.</param>
    public ReceivedBatch(ReceiveMessageResponse response, TimeSpan handleLife, TimeProvider time, CancellationToken abandon)
    {
        _response = response;
        HandleLife = handleLife;
        ReceivedAt = time.GetTimestamp();
        _handlesExpire = new CancellationTokenSource(handleLife, time);
        _abandon = abandon.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _handlesExpire);
        HandlesExpire = _handlesExpire.Token;
        var messages = response.Messages!;
        _bodiesInUse = messages.Count;
        _messagesInUse = messages.Count;
        Messages = new ReceivedMessage[messages.Count];
        for (var i = 0; i < messages.Count; i++)
        {
            Messages[i] = new ReceivedMessage(this, messages[i]);
        }
    }

    /// <summary>The messages in the order of their receipt.</summary>
    public ReceivedMessage[] Messages { get; }

    /// <summary>Timestamp of the receipt.</summary>
    public long ReceivedAt { get; }

    /// <summary>How long the handles may be used after <see cref="ReceivedAt"/>.</summary>
    public TimeSpan HandleLife { get; }

    /// <summary>Ends when the handles must not be used any more.</summary>
    public CancellationToken HandlesExpire { get; }

    /// <summary>One of the messages does not need its body any more.</summary>
    public void BodyDone()
    {
        if (Interlocked.Decrement(ref _bodiesInUse) == 0)
        {
            _response.Dispose();
        }
    }

    /// <summary>One of the messages is processed.</summary>
    public void MessageDone()
    {
        if (Interlocked.Decrement(ref _messagesInUse) == 0)
        {
            _abandon.Dispose();
            _handlesExpire.Dispose();
        }
    }
}
