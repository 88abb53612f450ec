namespace LocalSqs.Queues;

/// <summary>A message to be sent, checked and not yet stored. The body's bytes are borrowed from the request.</summary>
internal readonly ref struct MessageDraft
{
    /// <summary>Content of the JSON string, still escaped.</summary>
    public required ReadOnlySpan<byte> EscapedBody { get; init; }

    /// <summary>Bytes of the unescaped body.</summary>
    public required int BodyLength { get; init; }

    public required Md5Digest BodyMd5 { get; init; }

    public MessageExtras? Extras { get; init; }

    /// <summary>Delay in seconds; null means the queue's.</summary>
    public int? DelaySeconds { get; init; }
}
