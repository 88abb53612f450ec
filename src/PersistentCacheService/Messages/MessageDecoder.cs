using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Messages;

/// <summary>Turns a message body into what the cache has to do (CONTRACT 5). No input makes it throw.</summary>
internal static class MessageDecoder
{
    /// <summary>Largest body that is read, in bytes; SQS itself ends there.</summary>
    public const int MaxBodyLength = 1024 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Decodes a message.</summary>
    /// <param name="body">UTF-8 text. The operation refers to it: keep it until the operation is disposed.</param>
    /// <param name="origin">What the queue says about the message.</param>
    public static CacheOperation Decode(ReadOnlyMemory<byte> body, in MessageOrigin origin)
    {
        if (body.Length > MaxBodyLength)
        {
            return new Malformed(MessageType.None, $"larger than {MaxBodyLength} bytes");
        }

        if (body.Span.StartsWith(ByteOrderMark))
        {
            body = body[ByteOrderMark.Length..];
        }

        Envelope? envelope = null;
        CacheOperation? operation = null;
        try
        {
            envelope = Envelope.Open(body, origin);
            return operation = Read(envelope, origin.SentTimestamp);
        }
        catch (MalformedMessageException refusal)
        {
            return new Malformed(envelope?.Type ?? MessageType.None, refusal.Message);
        }
        finally
        {
            // Operations with values keep the tape and give it back themselves.
            if (operation is not (SetCustomer or UpdateUsage))
            {
                envelope?.Dispose();
            }
        }
    }

    private static CacheOperation Read(Envelope envelope, long sentTimestamp)
    {
        var (tape, payload, type) = (envelope.Tape, envelope.Payload, envelope.Type);
        return type switch
        {
            MessageType.EntitlementsUpdated => EntitlementsPayload.Read(tape, payload, sentTimestamp),
            MessageType.UsageUpdated => UsagePayload.ReadUsage(tape, payload, sentTimestamp),
            MessageType.MeasurementReported => UsagePayload.ReadMeasurement(tape, payload, sentTimestamp),
            MessageType.CreditBalanceUpdated => UsagePayload.ReadCreditBalance(tape, payload, sentTimestamp),
            MessageType.CachePurge => PurgePayload.Read(tape, payload),
            MessageType.CustomerDeleted => new Purge(type, [CustomerReader.Read(tape, payload, JsonPath.Payload, isCustomer: true)]),
            MessageType.NotCustomerScoped => new Ignore(type),
            _ => ReadChange(envelope),
        };
    }

    /// <summary>Something changed: whoever it is about is fetched anew; an event about nobody changes nothing.</summary>
    private static CacheOperation ReadChange(Envelope envelope)
    {
        var isCustomer = envelope.Type == MessageType.CustomerUpdated;
        var customer = CustomerReader.Find(envelope.Tape, envelope.Payload, JsonPath.Payload, isCustomer);
        if (!customer.IsEmpty)
        {
            return new Refresh(envelope.Type, customer, envelope.UnknownType);
        }

        return envelope.UnknownType is { } name ? new UnknownType(name) : new Ignore(envelope.Type);
    }
}
