using Sidecar.Model;

namespace Sidecar.Caching;

/// <summary>What Redis holds of a customer or resource.</summary>
/// <param name="Entitlements">The entries; null: none are stored, or none that can be read.</param>
/// <param name="AccessDeniedReason">Reason of the metadata; null: none.</param>
/// <param name="Timestamp">When they were true, Unix ms; null: not stored.</param>
/// <param name="GlobalTimestamp">That of the customer itself.</param>
/// <param name="Usage">Usage of what was asked for; null: none is stored, or nothing was asked for alone.</param>
internal readonly record struct StoredEntity(
    IReadOnlyList<CachedEntitlement>? Entitlements, string? AccessDeniedReason, long? Timestamp, long? GlobalTimestamp, CachedUsage? Usage);
