namespace PersistentCacheService.Warming;

/// <summary>How a warm-up is done.</summary>
/// <param name="RatePerSecond">Edge API calls a second over all processes that warm up, at least 1.</param>
/// <param name="CallsAtOnce">Calls of this process at once.</param>
/// <param name="SkipsCached">Customers that are cached are left alone.</param>
/// <param name="SkipsFetched">Customers that a warm-up fetched within the last hour are left alone.</param>
/// <param name="HeadStart">Time between the announcement and the first call: until all workers know of it, and look after the changes that come too early: usage changes nothing before its customer is cached, under either policy.</param>
internal sealed record WarmTerms(int RatePerSecond, int CallsAtOnce, bool SkipsCached, bool SkipsFetched, TimeSpan HeadStart);
