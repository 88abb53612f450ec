using TestKit.Messages;

namespace TestKit.Invariants;

/// <summary>What a run allows the cache to look like.</summary>
public sealed record CacheRules
{
    /// <summary>KEYS_TTL_IN_SECS of the worker; null: no expiry.</summary>
    public TimeSpan? Expiry { get; init; } = TimeSpan.FromSeconds(604_800);

    /// <summary>How long ago the first write may have been: expiries may be that much shorter.</summary>
    public TimeSpan RunTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Bodies that are still in the queue or its dead-letter queue: these messages may have been applied or not. All others were acknowledged and must have been.</summary>
    public IReadOnlySet<string> BodiesLeft { get; init; } = new HashSet<string>();

    /// <summary>Customers that were purged: their entitlements and metadata may be absent (the last delivery wins).</summary>
    public IReadOnlySet<string> Purged { get; init; } = new HashSet<string>();

    /// <summary>Whether Redis lost data during the run: then keys may be absent or older, but what is there must still be whole.</summary>
    public bool RedisLostData { get; init; }

    /// <summary>Keys that other writers than the worker own, such as locks.</summary>
    public Func<string, bool> IsForeign { get; init; } = static _ => false;

    internal bool MayBeAbsent(StiggMessage message) => Purged.Contains(message.CustomerId);
}
