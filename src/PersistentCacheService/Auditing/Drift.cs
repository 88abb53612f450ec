namespace PersistentCacheService.Auditing;

/// <summary>One difference between cache and Edge API.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Subject">What it is about, e.g. <c>entitlement seats</c>.</param>
/// <param name="Detail">What is there and what should be; can hold values of the customer: for the operator who asks, not for logs.</param>
internal sealed record Drift(DriftKind Kind, string Subject, string Detail)
{
    /// <summary>Whether it can grant or deny access wrongly.</summary>
    public bool IsWrong => CountsAsWrong(Kind);

    /// <inheritdoc cref="IsWrong"/>
    public static bool CountsAsWrong(DriftKind kind) => kind is not (DriftKind.OrphanedUsage or DriftKind.Display);
}
