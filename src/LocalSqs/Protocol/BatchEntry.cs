using LocalSqs.Queues;

namespace LocalSqs.Protocol;

/// <summary>What a delete or a visibility change is about: one entry of a batch, or a single request.</summary>
internal readonly record struct BatchEntry
{
    /// <summary>Where the entry's id is in the request's bytes.</summary>
    public int IdStart { get; init; }

    /// <summary>Its length; 0 when it is missing.</summary>
    public int IdLength { get; init; }

    public ReceiptHandle Handle { get; init; }

    /// <summary>False when the handle is not one of ours; null when it is missing.</summary>
    public bool? HandleIsValid { get; init; }

    /// <summary>Seconds; null when it is missing.</summary>
    public int? VisibilityTimeout { get; init; }

    /// <summary>This entry with the present member of the request, if it is one of an entry.</summary>
    public BatchEntry With(ref RequestReader json)
    {
        if (json.Is("ReceiptHandle"u8))
        {
            var valid = json.TryReadHandle(out var handle);
            return this with { Handle = handle, HandleIsValid = valid };
        }

        if (json.Is("Id"u8))
        {
            return this with { IdLength = json.RawString().Length, IdStart = json.RawStart };
        }

        if (json.Is("VisibilityTimeout"u8))
        {
            return this with { VisibilityTimeout = json.Integer() };
        }

        json.Skip();
        return this;
    }
}
