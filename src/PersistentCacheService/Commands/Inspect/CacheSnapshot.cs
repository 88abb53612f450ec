namespace PersistentCacheService.Commands.Inspect;

/// <summary>All that readers look at for a customer or resource, read at one moment or nearly so.</summary>
/// <param name="Entitlements">The map of entitlements.</param>
/// <param name="Metadata">The reason of a denial.</param>
/// <param name="Global">The customer's own entitlements when a resource is inspected, value not read; else null.</param>
/// <param name="LockName">Name of the lock.</param>
/// <param name="IsLocked">Whether an SDK holds it.</param>
/// <param name="Items">The entitlements, in their order.</param>
/// <param name="Problem">Why the map cannot be read; null: it can, or there is none.</param>
internal sealed record CacheSnapshot(
    StoredKey Entitlements, StoredKey Metadata, StoredKey? Global, string LockName, bool IsLocked, IReadOnlyList<CachedItem> Items, string? Problem);
