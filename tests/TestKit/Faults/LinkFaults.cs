namespace TestKit.Faults;

/// <summary>What happens to the bytes of one direction of every connection.</summary>
public sealed record LinkFaults
{
    /// <summary>Bytes pass untouched.</summary>
    public static readonly LinkFaults None = new();

    /// <summary>Bytes, FIN and RST vanish as in a network that lost its route. TCP would send them again, so they pass once the plan changes.</summary>
    public bool Blackhole { get; init; }

    /// <summary>Latency of this direction; it does not limit the throughput.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Up to this much more latency, drawn per chunk; the order is kept.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Throughput limit in bytes a second; null: none.</summary>
    public int? BytesPerSecond { get; init; }

    /// <summary>Largest piece sent at once, so that readers see frames in pieces; null: as received.</summary>
    public int? MaxChunk { get; init; }

    /// <summary>Cuts a connection when this many bytes passed under this plan; null: never.</summary>
    public long? CutAfterBytes { get; init; }

    /// <summary>How <see cref="CutAfterBytes"/> cuts.</summary>
    public CutKind Cut { get; init; }

    /// <summary>Probability, 0..1, that a byte is changed to another one.</summary>
    public double CorruptionPerByte { get; init; }
}
