namespace PersistentCacheService.Sweeping;

/// <summary>How fast the cached customers are gone through.</summary>
/// <param name="RatePerSecond">Edge API calls a second over all processes, more than 0.</param>
/// <param name="CallsAtOnce">Calls of this process at once.</param>
internal sealed record SweepTerms(double RatePerSecond, int CallsAtOnce)
{
    /// <summary>The terms beside live messages.</summary>
    /// <param name="ratePerSecond">Edge API calls a second.</param>
    /// <param name="edgeConcurrency">Places for calls; half of them are left to messages: a sweep must not hold them up.</param>
    public static SweepTerms Of(double ratePerSecond, int edgeConcurrency) => new(ratePerSecond, Math.Max(1, edgeConcurrency / 2));
}
