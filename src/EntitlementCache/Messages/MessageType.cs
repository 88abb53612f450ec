namespace EntitlementCache.Messages;

/// <summary>Kinds of message of CONTRACT 5. Bounded, so that it can label metrics; what the message asks for is the <see cref="CacheOperation"/>.</summary>
internal enum MessageType
{
    /// <summary>The body and the attributes name no type, and no known shape fits.</summary>
    None,

    /// <summary>A type that is not in the table of types.</summary>
    Unknown,

    /// <summary>All entitlements of a customer (GraphQL shape), or the webhook, which lacks half of their members.</summary>
    EntitlementsUpdated,

    /// <summary>Usage of a feature or a credit, alone or together.</summary>
    UsageUpdated,

    /// <summary>The webhook of reported usage.</summary>
    MeasurementReported,

    /// <summary>Credits that were consumed, with the new balance.</summary>
    CreditsConsumed,

    /// <summary>Balance of a credit, without time and period: it needs a refresh.</summary>
    CreditBalanceUpdated,

    /// <summary>Customers to purge.</summary>
    CachePurge,

    /// <summary>A customer that was deleted or archived.</summary>
    CustomerDeleted,

    /// <summary>Customers changed and only the Edge API knows all of it: grants, subscriptions, recalculations.</summary>
    CustomerChanged,

    /// <summary>Customers changed whom the message may not name: migrations, published packages, recalculations.</summary>
    CacheSweep,

    /// <summary>A webhook that is sent again: the event inside counts. This type remains only when there is none.</summary>
    WebhookReplayed,

    /// <summary>An event that changes no cached value, whether it names a customer or not.</summary>
    NoEffect,
}
