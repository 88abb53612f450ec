namespace LocalSqs.Protocol;

/// <summary>How many requests came since the start, by operation: what AWS would bill, failed ones included. Thread-safe.</summary>
internal sealed class RequestCounts
{
    private readonly long[] _counts = new long[Enum.GetValues<SqsOperation>().Length];

    /// <summary>A request came.</summary>
    public void Count(SqsOperation operation) => Interlocked.Increment(ref _counts[(int)operation]);

    /// <summary>The operations that were asked for at least once, named as in the protocol.</summary>
    public Dictionary<string, long> ToDictionary() =>
        Enum.GetValues<SqsOperation>()
            .Where(operation => Volatile.Read(ref _counts[(int)operation]) > 0)
            .ToDictionary(static operation => operation.ToString(), operation => Volatile.Read(ref _counts[(int)operation]), StringComparer.Ordinal);
}
