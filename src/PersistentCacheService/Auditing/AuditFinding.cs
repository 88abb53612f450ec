using EntitlementCache.Messages;

namespace PersistentCacheService.Auditing;

/// <summary>What was found about a customer or resource.</summary>
/// <param name="Customer">Whom.</param>
/// <param name="Drifts">At least one.</param>
/// <param name="IsRepaired">What the Edge API says was written.</param>
internal sealed record AuditFinding(CustomerIdentity Customer, IReadOnlyList<Drift> Drifts, bool IsRepaired);
