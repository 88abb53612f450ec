namespace LocalSqs.Protocol.Operations;

/// <summary>One message to send, as read from the request and not yet checked.</summary>
internal sealed class SendEntry
{
    /// <summary>Where the batch entry's id is in the request's bytes.</summary>
    public int IdStart { get; set; }

    public int IdLength { get; set; }

    /// <summary>Where the body's JSON string content is in the request's bytes; 0 when it is missing.</summary>
    public int BodyStart { get; set; }

    public int BodyLength { get; set; }

    public int? DelaySeconds { get; set; }

    public string? GroupId { get; set; }

    public string? DeduplicationId { get; set; }

    public SortedDictionary<string, AttributeValue> Attributes { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, AttributeValue> SystemAttributes { get; } = new(StringComparer.Ordinal);
}
