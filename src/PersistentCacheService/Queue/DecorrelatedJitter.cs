namespace PersistentCacheService.Queue;

/// <summary>Pauses between attempts that grow and spread, so that many clients of one failed server do not come back in step.</summary>
internal static class DecorrelatedJitter
{
    /// <summary>The next pause: evenly random between <paramref name="shortest"/> and three times the previous one, never above <paramref name="longest"/>.</summary>
    /// <param name="previous">The last pause; zero before the first.</param>
    /// <param name="shortest">Lower bound of every pause.</param>
    /// <param name="longest">Upper bound of every pause.</param>
    /// <param name="random">Evenly random in [0, 1).</param>
    public static TimeSpan Next(TimeSpan previous, TimeSpan shortest, TimeSpan longest, double random)
    {
        var ceiling = previous < shortest ? shortest * 3 : previous * 3;
        if (ceiling > longest)
        {
            ceiling = longest;
        }

        return shortest + ((ceiling - shortest) * random);
    }
}
