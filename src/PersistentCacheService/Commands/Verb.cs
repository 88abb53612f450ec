namespace PersistentCacheService.Commands;

/// <summary>The commands of the executable; without one it runs the worker.</summary>
internal enum Verb
{
    /// <summary>Shows what Redis holds about a customer and what a reader makes of it.</summary>
    Inspect,

    /// <summary>Tries everything the worker needs.</summary>
    Check,

    /// <summary>Removes a customer's entitlements from the cache.</summary>
    Purge,

    /// <summary>Refreshes every cached customer.</summary>
    Sweep,

    /// <summary>Fills the cache with customers.</summary>
    Warm,

    /// <summary>Compares cached customers with the Edge API.</summary>
    Audit,

    /// <summary>Asks the worker on this machine how it is.</summary>
    Healthcheck,

    /// <summary>Prints the version.</summary>
    Version,

    /// <summary>Prints the help.</summary>
    Help,
}
