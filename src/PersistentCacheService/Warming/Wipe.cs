namespace PersistentCacheService.Warming;

/// <summary>Redis does not hold any more what it held.</summary>
/// <param name="Kind">How.</param>
/// <param name="Lost">What was written within this time before now may be lost; null: all may be.</param>
internal sealed record Wipe(WipeKind Kind, TimeSpan? Lost)
{
    /// <summary>In words, for the log.</summary>
    public string What => Kind switch
    {
        WipeKind.Emptied => "its marker is gone: it was flushed, or restarted without its data",
        WipeKind.Replaced => "it holds the marker of other data: it is another server, or was empty when a new worker came",
        _ => "its marker is older than it was: it was restarted from an older snapshot, or a failover lost the last writes",
    };
}
