using Sidecar.Model;

namespace Sidecar.Caching;

/// <summary>What a look into the cache brought.</summary>
/// <param name="IsHit">Whether <paramref name="Customer"/> may answer without asking the Edge API.</param>
/// <param name="Customer">What is cached; in a miss, what may still answer when the Edge API cannot: null when nothing is there.</param>
/// <param name="IsGlobalMissing">The resource is read, and the customer's own entry is missing: both are fetched.</param>
internal readonly record struct CacheLookup(bool IsHit, CachedCustomer? Customer, bool IsGlobalMissing)
{
    /// <summary>Nothing usable is cached.</summary>
    public static readonly CacheLookup Nothing = new(IsHit: false, null, IsGlobalMissing: false);
}
