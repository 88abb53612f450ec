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

    /// <summary>Credits that were consumed, with what the balance is now.</summary>
    CreditsConsumed,

    /// <summary>Balance of a credit, without time and period: only a refresh tells all of it.</summary>
    CreditBalanceUpdated,

    /// <summary>Customers to forget.</summary>
    CachePurge,

    /// <summary>A customer that was deleted or archived.</summary>
    CustomerDeleted,

    /// <summary>Something about customers changed that only the Edge API can tell in full: grants, subscriptions, recalculations.</summary>
    CustomerChanged,

    /// <summary>Something changed for customers the message may not name: migrations, published packages, recalculations.</summary>
    CacheSweep,

    /// <summary>A webhook that is sent again; the event inside counts. This type stays only when there is none inside.</summary>
    WebhookReplayed,

    /// <summary>An event that changes no cached value, whether it names a customer or not.</summary>
    NoEffect,
}
