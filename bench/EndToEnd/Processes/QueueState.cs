namespace EndToEnd.Processes;

/// <summary>What the emulator tells about its queue; names are those of its <c>stats</c>.</summary>
internal sealed record QueueState
{
    public int Ready { get; init; }

    public int Inflight { get; init; }

    public long Deleted { get; init; }

    public long Redelivered { get; init; }

    /// <summary>First receive of a message, in ms on the emulator's clock.</summary>
    public double? FirstReceive { get; init; }

    /// <summary>Latest delete, on the same clock.</summary>
    public double? LastDelete { get; init; }

    /// <summary>Median time from receive to delete, in ms.</summary>
    public double? HeldP50 { get; init; }

    public double? HeldP99 { get; init; }

    /// <summary>Requests since the start of the emulator, by operation.</summary>
    public IReadOnlyDictionary<string, long> Requests { get; init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    /// <summary>Whether nothing is left to do.</summary>
    public bool IsEmpty => Ready == 0 && Inflight == 0;

    /// <summary>All of them.</summary>
    public long AllRequests => Requests.Values.Sum();

    /// <inheritdoc/>
    public override string ToString() => $"{Ready} ready, {Inflight} in flight, {Deleted} deleted, {Redelivered} delivered again";
}
