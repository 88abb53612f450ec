namespace Sidecar.Model;

/// <summary>Usage of a feature, or what was consumed of a credit. Times are Unix ms.</summary>
/// <param name="CurrentUsage">Used in the period.</param>
/// <param name="PeriodStart">Start of the period; null: none.</param>
/// <param name="PeriodEnd">End of the period; null: none.</param>
/// <param name="Timestamp">When it was measured; null: not known.</param>
internal sealed record CachedUsage(double CurrentUsage, long? PeriodStart, long? PeriodEnd, long? Timestamp)
{
    /// <summary>Nothing used yet.</summary>
    public static readonly CachedUsage None = new(0, null, null, null);
}
