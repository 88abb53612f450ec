namespace PersistentCacheService.Messages;

/// <summary>How usage of a NUMBER feature is metered. GraphQL spells it None, webhooks NONE.</summary>
internal enum MeterType
{
    /// <summary>Not said.</summary>
    Absent,

    /// <summary>A name we do not know; passed on as received.</summary>
    Other,

    /// <summary>Not metered.</summary>
    None,

    /// <summary>Usage only grows within a period.</summary>
    Incremental,

    /// <summary>Usage goes up and down.</summary>
    Fluctuating,
}
