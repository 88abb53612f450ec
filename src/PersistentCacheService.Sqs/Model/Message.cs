using System.Globalization;
using System.Text;
using PersistentCacheService.Sqs.Operations;
using PersistentCacheService.Sqs.Transport;

namespace Amazon.SQS.Model;

/// <summary>
/// A received message. <see cref="BodyUtf8"/>, <see cref="ReceiptHandleUtf8"/>, <see cref="SentTimestampMilliseconds"/>,
/// <see cref="ApproximateReceiveCount"/> and <see cref="MessageGroupId"/> are additions to AWSSDK.SQS's shape that spare the hot path its strings
/// and dictionaries.
/// </summary>
public sealed class Message
{
    private readonly PooledBytes? _content;
    private readonly Range _bodyRange;
    private readonly Range? _attributesRange;
    private readonly ReadOnlyMemory<byte> _receiptHandleUtf8;
    private string? _receiptHandle;
    private string? _body;
    private Dictionary<string, string>? _attributes;

    /// <summary>An empty message, e.g. for tests.</summary>
    public Message()
    {
    }

    /// <summary>A message of a reply.</summary>
    /// <param name="content">The reply's bytes, the bodies in it unescaped.</param>
    /// <param name="receiptHandle">The handle, in memory of its own.</param>
    /// <param name="bodyRange">Where the unescaped body is.</param>
    /// <param name="attributesRange">Where the JSON object of system attributes is.</param>
    internal Message(PooledBytes content, ReadOnlyMemory<byte> receiptHandle, Range bodyRange, Range? attributesRange)
    {
        _content = content;
        _receiptHandleUtf8 = receiptHandle;
        _bodyRange = bodyRange;
        _attributesRange = attributesRange;
    }

    /// <summary>Id that SQS gave the message; the same on every delivery.</summary>
    public string? MessageId { get; set; }

    /// <summary>Handle of this delivery, needed to delete the message or to change its visibility.</summary>
    public string? ReceiptHandle
    {
        get => _receiptHandle ??= _content is null ? null : Encoding.UTF8.GetString(_receiptHandleUtf8.Span);
        set => _receiptHandle = value;
    }

    /// <summary>The handle's UTF-8 bytes, valid for ever. As a string an AWS handle is 0.8 kB, a fifth of what a message allocated.</summary>
    public ReadOnlyMemory<byte> ReceiptHandleUtf8 => _receiptHandle is null ? _receiptHandleUtf8 : Encoding.UTF8.GetBytes(_receiptHandle);

    /// <summary>The body as a string, decoded at first use (before the response is disposed).</summary>
    public string? Body
    {
        get => _body ??= _content is null ? null : Encoding.UTF8.GetString(_content.Span[_bodyRange]);
        set => _body = value;
    }

    /// <summary>The body's UTF-8 bytes. Valid until the response is disposed; then reading the property throws <see cref="ObjectDisposedException"/>.</summary>
    public ReadOnlyMemory<byte> BodyUtf8 => _content is null ? Encoding.UTF8.GetBytes(_body ?? "") : _content.Memory[_bodyRange];

    /// <summary>System attributes by name, decoded at first use (before the response is disposed); null when none were asked for.</summary>
    public Dictionary<string, string>? Attributes
    {
        get => _attributes ??= _attributesRange is { } range ? JsonFields.ReadDictionary(_content!.Span[range]) : null;
        set => _attributes = value;
    }

    /// <summary>The sender's attributes; null when there are none or none were asked for.</summary>
    public Dictionary<string, MessageAttributeValue>? MessageAttributes { get; set; }

    /// <summary>When the message was sent, in Unix ms; null when <c>SentTimestamp</c> was not asked for.</summary>
    public long? SentTimestampMilliseconds
    {
        get => field ?? Number("SentTimestamp");
        init;
    }

    /// <summary>How often the message has been received, this time included; null when not asked for.</summary>
    public int? ApproximateReceiveCount
    {
        get => field ?? (int?)Number("ApproximateReceiveCount");
        init;
    }

    /// <summary>Group of the message, always present on FIFO queues; null when not asked for.</summary>
    public string? MessageGroupId
    {
        get => field ?? _attributes?.GetValueOrDefault("MessageGroupId");
        init;
    }

    private long? Number(string name) =>
        _attributes is not null && _attributes.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
