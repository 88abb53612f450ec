namespace PersistentCacheService.Warming;

/// <summary>What a warm-up has to do with a customer.</summary>
internal enum WarmVerdict
{
    /// <summary>This process fetches it.</summary>
    Take,

    /// <summary>Another process fetches it at the moment.</summary>
    Held,

    /// <summary>Nothing: it is cached, or was fetched lately.</summary>
    Fresh,
}
