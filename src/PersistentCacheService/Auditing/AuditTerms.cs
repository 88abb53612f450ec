namespace PersistentCacheService.Auditing;

/// <summary>How an audit is done.</summary>
/// <param name="Sample">Customers to compare, taken at random; null: all.</param>
/// <param name="Grace">A difference counts when it is still there after this time: until then its message may be on the way.</param>
internal sealed record AuditTerms(int? Sample, TimeSpan Grace)
{
    /// <summary>Longer than messages wait in a healthy queue.</summary>
    public static readonly TimeSpan UsualGrace = TimeSpan.FromSeconds(10);
}
