using LocalSqs.Protocol;

namespace LocalSqs.Faults;

/// <summary>A fault to inject.</summary>
/// <param name="Kind">What happens.</param>
public sealed record SqsFault(SqsFaultKind Kind)
{
    /// <summary>The only operation it strikes; null means every one.</summary>
    public SqsOperation? Operation { get; init; }

    /// <summary>Share of the calls (or batch entries) it strikes, 0..1.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>How often it strikes at most; null means until it is removed.</summary>
    public int? Times { get; init; }
}
