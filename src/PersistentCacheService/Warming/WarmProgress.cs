using PersistentCacheService.Refetching;

namespace PersistentCacheService.Warming;

/// <summary>What this process did in warm-ups, and how far the one is that it does now.</summary>
/// <param name="time">The clock.</param>
internal sealed class WarmProgress(TimeProvider time) : RefetchProgress(time);
