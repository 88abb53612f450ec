namespace PersistentCacheService.IntegrationTests.Readers;

/// <summary>One entitlement as a reader sees it.</summary>
/// <param name="Id">The feature's id, or <c>CREDIT:</c> and the currency.</param>
/// <param name="Limit">Usage limit or configured number; null: none.</param>
/// <param name="Usage">Current usage; null for what is not metered.</param>
/// <param name="Unlimited">Whether there is no limit.</param>
/// <param name="SoftLimit">Whether the limit may be passed.</param>
/// <param name="Denied">Why it is denied; null: it is not.</param>
/// <param name="Values">Values of an ENUM feature.</param>
/// <param name="ResetPeriod">How often the usage starts again; null: never.</param>
/// <param name="PeriodEnd">End of the usage period in ms since the epoch; null: none.</param>
public sealed record ReadEntitlement(
    string Id, double? Limit, double? Usage, bool Unlimited, bool SoftLimit, string? Denied, IReadOnlyList<string> Values, string? ResetPeriod, long? PeriodEnd)
{
    /// <inheritdoc/>
    public bool Equals(ReadEntitlement? other) =>
        other is not null && Id == other.Id && Limit == other.Limit && Usage == other.Usage && Unlimited == other.Unlimited && SoftLimit == other.SoftLimit
        && Denied == other.Denied && Values.SequenceEqual(other.Values) && ResetPeriod == other.ResetPeriod && PeriodEnd == other.PeriodEnd;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Limit, Usage);
}
