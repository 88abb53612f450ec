namespace PersistentCacheService.Warming;

/// <summary>What one look at the marker told.</summary>
/// <param name="IsFirst">It is the first look of this process: nothing can be said about the time before.</param>
/// <param name="Wipe">What was lost since the look before; null: nothing.</param>
/// <param name="IsWarming">A warm-up is under way, or was some minutes ago.</param>
internal readonly record struct EpochSighting(bool IsFirst, Wipe? Wipe, bool IsWarming);
