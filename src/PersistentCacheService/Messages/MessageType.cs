namespace PersistentCacheService.Messages;

/// <summary>Kinds of message of CONTRACT 5. Bounded, so that it can label metrics; what the message asks for is the <see cref="CacheOperation"/>.</summary>
internal enum MessageType
{
    /// <summary>No type in the body, none in the attributes, and the members tell nothing.</summary>
    None,

    /// <summary>A type that is not in the table of types.</summary>
    Unknown,

    /// <summary>A customer's entitlements as a whole (GraphQL shape), or the webhook that lacks half of them.</summary>
    EntitlementsUpdated,

    /// <summary>Usage of a feature or a credit, alone or together.</summary>
    UsageUpdated,

    /// <summary>The webhook of reported usage.</summary>
    MeasurementReported,

    /// <summary>Balance of a credit.</summary>
    CreditBalanceUpdated,

    /// <summary>A list of customers to forget.</summary>
    CachePurge,

    /// <summary>A customer that was deleted or archived.</summary>
    CustomerDeleted,

    /// <summary>A customer's record was created or changed; the id is the record's own.</summary>
    CustomerUpdated,

    /// <summary>Something about one customer changed that only the Edge API can tell in full: grants, subscriptions, recalculations.</summary>
    CustomerChanged,

    /// <summary>Catalogue and environment events: nothing to write.</summary>
    NotCustomerScoped,
}
