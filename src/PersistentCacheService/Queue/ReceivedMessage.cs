using System.Buffers;
using System.Globalization;
using System.Text;
using Amazon.SQS.Model;
using EntitlementCache.Messages;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Tracing;

namespace PersistentCacheService.Queue;

/// <summary>A message in flight. It holds one permit of the <see cref="InFlightLimiter"/> until it is settled.</summary>
internal sealed class ReceivedMessage
{
    private static readonly TimeSpan LongestReserve = TimeSpan.FromSeconds(3);

    private readonly Receipt _receipt;
    private byte[]? _body;
    private int _bodyLength;

    private ReceivedMessage(Receipt receipt, Message message)
    {
        _receipt = receipt;
        (_body, _bodyLength) = TakeBody(message);
        MessageId = message.MessageId ?? "";
        ReceiptHandle = message.ReceiptHandle ?? "";
        ReceiveCount = (int)Math.Min(ReceiveCountOf(message), int.MaxValue);
        GroupId = message.Attributes?.GetValueOrDefault("MessageGroupId");
        Origin = OriginOf(message);
        Lag = SentTimestampOf(message) is > 0 and var sent ? TimeSpan.FromMilliseconds(Math.Max(0, receipt.UnixMilliseconds - sent)) : null;
    }

    /// <summary>Id of the message, the same at every delivery.</summary>
    public string MessageId { get; }

    /// <summary>Handle of this delivery.</summary>
    public string ReceiptHandle { get; }

    /// <summary>How often the message was delivered, this time included; 0 when the queue did not say.</summary>
    public int ReceiveCount { get; }

    /// <summary>Group of a FIFO queue's message; null on a standard queue.</summary>
    public string? GroupId { get; }

    /// <summary>What the queue says about the message beside its body.</summary>
    public MessageOrigin Origin { get; }

    /// <summary>From the sending to the receipt; null when the queue did not say.</summary>
    public TimeSpan? Lag { get; }

    /// <summary>Its trace; null: it is not traced, and its producer's trace is not known.</summary>
    public MessageTrace? Trace { get; set; }

    /// <summary>The body as UTF-8, in a rented array; valid until <see cref="BodyDone"/>.</summary>
    public ReadOnlyMemory<byte> Body => _body.AsMemory(0, _bodyLength);

    /// <summary>Ends when the handle of this delivery must not be used any more, or when messages in flight are abandoned at the end of a stop.</summary>
    public CancellationToken HandleExpires => _receipt.HandlesExpire;

    /// <summary>Time since the receipt.</summary>
    public TimeSpan Age => _receipt.Age;

    /// <summary>How long the handle may still be used; zero or less: no more.</summary>
    public TimeSpan HandleLifeLeft => _receipt.HandleLife - Age;

    /// <summary>How long to wait for something before the message is returned instead. For that call 3 s of the handle's life, or a quarter of a short one, are kept.</summary>
    public TimeSpan Patience
    {
        get
        {
            var left = HandleLifeLeft;
            var reserve = left / 4 < LongestReserve ? left / 4 : LongestReserve;
            return left > TimeSpan.Zero ? left - reserve : TimeSpan.Zero;
        }
    }

    /// <summary>What the queue says about a message beside its body.</summary>
    public static MessageOrigin OriginOf(Message message) => new(OriginalTime.Of(message, SentTimestampOf(message)), DeclaredType(message));

    /// <summary>Deliveries of a message, this one included; 0 when the queue did not tell.</summary>
    public static long ReceiveCountOf(Message message) => message is Utf8Message received ? received.ReceiveCount : Number(message, "ApproximateReceiveCount");

    /// <summary>Takes over the messages of a receive call.</summary>
    /// <param name="messages">At least one.</param>
    /// <param name="handleLife">How long the handles may be used from now on.</param>
    /// <param name="time">Clock.</param>
    /// <param name="abandon">Ends the handling of messages in flight before that.</param>
    public static ReceivedMessage[] Batch(List<Message> messages, TimeSpan handleLife, TimeProvider time, CancellationToken abandon)
    {
        var receipt = new Receipt(messages.Count, handleLife, time, abandon);
        var batch = new ReceivedMessage[messages.Count];
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i] = new ReceivedMessage(receipt, messages[i]);
        }

        return batch;
    }

    /// <summary>The body is not read any more. A second call does nothing.</summary>
    public void BodyDone()
    {
        if (_body is { } body)
        {
            _body = null;
            _bodyLength = 0;
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    /// <summary>The handling has ended: neither the body nor <see cref="HandleExpires"/> is needed any more. Call it once.</summary>
    public void Done()
    {
        BodyDone();
        _receipt.MessageDone();
    }

    private static long SentTimestampOf(Message message) => message is Utf8Message received ? received.SentTimestamp : Number(message, "SentTimestamp");

    private static long Number(Message message, string attribute) =>
        message.Attributes?.GetValueOrDefault(attribute) is { } text && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static (byte[]? Body, int Length) TakeBody(Message message)
    {
        if (message is Utf8Message received)
        {
            return (received.Rented, received.Length);
        }

        var text = message.Body ?? "";
        var body = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        return (body, Encoding.UTF8.GetBytes(text, body));
    }

    private static string? DeclaredType(Message message)
    {
        if (message.MessageAttributes is not { Count: > 0 } attributes)
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

    /// <summary>What the messages of one receive call share.</summary>
#pragma warning disable CA1001 // Disposed by MessageDone, when the last message is processed: nothing holds a receipt long enough to dispose it.
    private sealed class Receipt
#pragma warning restore CA1001
    {
        private readonly TimeProvider _time;
        private readonly long _receivedAt;
        private readonly CancellationTokenSource _handlesExpire;
        private readonly CancellationTokenRegistration _abandon;
        private int _inUse;

        public Receipt(int messages, TimeSpan handleLife, TimeProvider time, CancellationToken abandon)
        {
            _time = time;
            _inUse = messages;
            _receivedAt = time.GetTimestamp();
            UnixMilliseconds = time.GetUtcNow().ToUnixTimeMilliseconds();
            HandleLife = handleLife;
            _handlesExpire = new CancellationTokenSource(handleLife, time);
            _abandon = abandon.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _handlesExpire);
            HandlesExpire = _handlesExpire.Token;
        }

        public long UnixMilliseconds { get; }

        public TimeSpan HandleLife { get; }

        public CancellationToken HandlesExpire { get; }

        public TimeSpan Age => _time.GetElapsedTime(_receivedAt);

        public void MessageDone()
        {
            if (Interlocked.Decrement(ref _inUse) == 0)
            {
                _abandon.Dispose();
                _handlesExpire.Dispose();
            }
        }
    }
}
