using Sidecar.Model;
using Sidecar.Origin;

namespace Sidecar.Caching;

/// <summary>Where entitlements are kept between calls: Redis, or this process.</summary>
internal interface IEntitlementCache
{
    /// <summary>Looks a customer up.</summary>
    ValueTask<CacheLookup> ReadAsync(EntityId id, ReadScope scope, CancellationToken cancellationToken);

    /// <summary>Fetches after a miss and keeps the answer; with a shared cache, once for all processes that share it.</summary>
    /// <returns>What is known now; null: the Edge API cannot be reached.</returns>
    Task<CachedCustomer?> RefetchAsync(EntityId id, ReadScope scope, Func<Task<FetchedState?>> fetch, CancellationToken cancellationToken);

    /// <summary>Keeps what was fetched.</summary>
    Task StoreAsync(EntityId id, FetchedState state, CancellationToken cancellationToken);

    /// <summary>Keeps usage that a write reported, if it is not older than what is kept and the customer is cached.</summary>
    Task UpdateUsageAsync(EntityId id, string usageId, bool isCredit, CachedUsage usage, CancellationToken cancellationToken);
}
