using EntitlementCache.Settings;

namespace PersistentCacheService.Warming;

/// <summary>How workers refill the cache.</summary>
/// <param name="ratePerSecond">Edge API calls a second over all workers.</param>
/// <param name="edgeConcurrency">Places for calls, which the messages of the first queue share; half of them are left to messages.</param>
/// <param name="policy">What live messages do to customers that are not cached.</param>
internal sealed class RefillTerms(int ratePerSecond, int edgeConcurrency, CacheUpdatePolicy policy)
{
    /// <summary>Edge API calls a second over all workers.</summary>
    public int RatePerSecond => ratePerSecond;

    /// <summary>The terms after a wipe.</summary>
    /// <remarks>
    /// Under UPDATE_IF_EXISTS only a reader can have cached a customer after its data was gone, from the Edge API: it is fresh. Under UPSERT a late message may
    /// have, with an older state than the lost one; and data that was replaced or rolled back is old by itself.
    /// </remarks>
    public WarmTerms After(Wipe wipe)
    {
        var isUpdateIfExists = policy == CacheUpdatePolicy.UpdateIfExists;
        return new WarmTerms(
            ratePerSecond,
            Math.Max(1, edgeConcurrency / 2),
            SkipsCached: isUpdateIfExists && wipe.Kind == WipeKind.Emptied,
            SkipsFetched: true,
            HeadStart: EpochWatch.LongestPause);
    }
}
