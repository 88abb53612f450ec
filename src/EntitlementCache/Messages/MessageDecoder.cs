namespace EntitlementCache.Messages;

/// <summary>Turns a message body into what the cache has to do (CONTRACT 5). No input makes it throw.</summary>
internal static class MessageDecoder
{
    /// <summary>Largest body that is read, in bytes: the limit of SQS.</summary>
    public const int MaxBodyLength = 1024 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Decodes a message.</summary>
    /// <param name="body">UTF-8 text. The operation refers to it: keep it until the operation is disposed.</param>
    /// <param name="origin">What the queue says about the message.</param>
    /// <param name="trail">Learns the way to the payload; null: not wanted.</param>
    public static CacheOperation Decode(ReadOnlyMemory<byte> body, in MessageOrigin origin, DecodeTrail? trail = null)
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
            envelope = Envelope.Open(body, origin, trail);
            return operation = Read(envelope, origin.SentTimestamp);
        }
        catch (MalformedMessageException refusal)
        {
            return new Malformed(envelope?.Type ?? MessageType.None, refusal.Message) { Path = refusal.Path };
        }
        finally
        {
            // Operations with values keep the document and dispose it themselves.
            if (operation is not (SetCustomer or UpdateUsage))
            {
                envelope?.Dispose();
            }
        }
    }

    private static CacheOperation Read(Envelope envelope, long sentTimestamp)
    {
        var (document, payload, type) = (envelope.Document, envelope.Payload, envelope.Type);
        return type switch
        {
            MessageType.EntitlementsUpdated => EntitlementsPayload.Read(document, payload, sentTimestamp),
            MessageType.UsageUpdated => UsagePayload.ReadUsage(document, payload, sentTimestamp),
            MessageType.MeasurementReported => UsagePayload.ReadMeasurement(document, payload, sentTimestamp),
            MessageType.CreditsConsumed => UsagePayload.ReadConsumption(document, payload, sentTimestamp),
            MessageType.CachePurge => ReadPurge(envelope, isCustomer: false),
            MessageType.CustomerDeleted => ReadPurge(envelope, isCustomer: true),
            MessageType.NoEffect or MessageType.WebhookReplayed => new Ignore(type),
            _ => ReadChange(envelope, sentTimestamp),
        };
    }

    private static CacheOperation ReadPurge(Envelope envelope, bool isCustomer) =>
        CustomerReader.ReadAll(envelope.Payload, isCustomer) switch
        {
            null => throw new MalformedMessageException("customerId is missing or empty"),
            { Count: 0 } => new Ignore(envelope.Type),
            var customers => new Purge(envelope.Type, customers),
        };

    /// <summary>Something changed: its customers are fetched again.</summary>
    private static CacheOperation ReadChange(Envelope envelope, long sentTimestamp)
    {
        var (type, unknownType) = (envelope.Type, envelope.UnknownType);
        return CustomerReader.ReadAll(envelope.Payload) switch
        {
            { Count: > Refresh.MaxCustomers } customers => new Purge(type, customers),
            { Count: > 0 } customers => new Refresh(type, customers, unknownType),
            _ when unknownType is not null => new UnknownType(unknownType),
            null when type == MessageType.CacheSweep => new Sweep(type, sentTimestamp),
            _ => new Ignore(type),
        };
    }
}
