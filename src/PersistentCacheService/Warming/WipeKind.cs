namespace PersistentCacheService.Warming;

/// <summary>How Redis lost what it held.</summary>
internal enum WipeKind
{
    /// <summary>The marker is gone: flushed, or restarted without its data.</summary>
    Emptied,

    /// <summary>Another marker stands there: another server, or one that was empty when a new worker came.</summary>
    Replaced,

    /// <summary>The marker is older than it was: restarted from an older snapshot, or a failover lost the last writes.</summary>
    RolledBack,
}
