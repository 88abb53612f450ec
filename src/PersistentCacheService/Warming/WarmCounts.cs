namespace PersistentCacheService.Warming;

/// <summary>How a warm-up ended.</summary>
/// <param name="Customers">Customers and resources in all.</param>
/// <param name="Fetched">Fetched from the Edge API and applied, by whatever result.</param>
/// <param name="Fresh">Left alone: cached already, or fetched lately, by other processes too.</param>
/// <param name="Failed">Could not be fetched.</param>
internal readonly record struct WarmCounts(long Customers, long Fetched, long Fresh, long Failed);
