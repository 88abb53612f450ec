using System.Collections.Frozen;

namespace EntitlementCache.Messages;

/// <summary>
/// The table of event names (CONTRACT 5): what senders write into the discriminator, and what it means. It holds every public name, in the
/// spelling of events.json, and the other spellings of the webhook pages. Names are compared by <see cref="MessageTypes.Normal"/>.
/// </summary>
internal static class EventNames
{
    // A refresh of the customers that the event names.
    private const string Refresh = """
        CREDIT_BALANCE_DEPLETED CREDIT_BALANCE_LOW CREDIT_GRANT_BALANCE_LOW CREDIT_GRANT_CREATED CREDIT_GRANT_DEPLETED CREDIT_GRANT_EXPIRED
        CREDIT_GRANT_PROCESS_COMPLETED CREDIT_GRANT_UPDATED CREDIT_GRANT_VOIDED CUSTOMER_ENTITLEMENT_CALCULATION_TRIGGERED
        CUSTOMER_RESOURCE_ENTITLEMENT_CALCULATION_TRIGGERED EDGE_API_CUSTOMER_DATA_RESYNC EDGE_API_SUBSCRIPTIONS_DATA_RESYNC
        MIGRATE_SUBSCRIPTIONS_SCHEDULED_UPDATES PROMOTIONAL_ENTITLEMENT_EXPIRED PROMOTIONAL_ENTITLEMENT_GRANTED PROMOTIONAL_ENTITLEMENT_REVOKED
        PROMOTIONAL_ENTITLEMENT_UPDATED RECALCULATE_RESOURCE_ENTITLEMENTS SUBSCRIPTION_CANCELED SUBSCRIPTION_CREATED SUBSCRIPTION_EXPIRED
        SUBSCRIPTION_TRIAL_CONVERTED SUBSCRIPTION_TRIAL_EXPIRED SUBSCRIPTION_TRIAL_STARTED SUBSCRIPTION_UPDATED SUBSCRIPTION_USAGE_UPDATED
        subscription.expired_non_recurring trial.converted trial.expired trial.started
        """;

    // A refresh of the customers that the event names, or of all cached ones when it names none.
    private const string Sweep = """
        EDGE_API_DATA_RESYNC EDGE_API_PACKAGE_ENTITLEMENTS_DATA_RESYNC MIGRATE_SUBSCRIPTIONS PACKAGE_PUBLISHED RECALCULATE_ENTITLEMENTS_TRIGGERED
        RECALCULATE_MIGRATED_ENTITLEMENTS_BATCH SUBSCRIPTIONS_MIGRATED SUBSCRIPTIONS_MIGRATION_TRIGGERED
        """;

    // No effect. As important as the rest: a queue that carries ENTITLEMENT_REQUESTED has a message for every access check, and refreshing those would flood the Edge API.
    private const string None = """
        ADDON_CREATED ADDON_DELETED ADDON_UPDATED API_KEY_CREATED API_KEY_REVOKED API_KEY_ROTATED API_KEY_UPDATED
        AUTOMATIC_RECHARGE_CONFIGURATION_CHANGED AUTOMATIC_RECHARGE_OPERATION_ATTEMPTED AUTOMATIC_RECHARGE_THRESHOLD_BREACH COUPON_CREATED
        COUPON_UPDATED CREATE_SUBSCRIPTION_FAILED CREDITS_AUTOMATIC_RECHARGE_LIMIT_EXCEEDED CUSTOMER_CREATED CUSTOMER_PAYMENT_FAILED
        CUSTOMER_UPDATED CUSTOM_CURRENCY_ARCHIVED CUSTOM_CURRENCY_CREATED CUSTOM_CURRENCY_UNARCHIVED CUSTOM_CURRENCY_UPDATED
        EDGE_API_CLIENT_CONFIGURATION_DATA_RESYNC EDGE_API_CUSTOM_CURRENCY_CACHE_DATA_RESYNC EDGE_API_DOGGO_RESYNC EDGE_API_PLAN_CACHE_DATA_RESYNC
        EDGE_API_PRODUCT_CACHE_DATA_RESYNC ENTITLEMENT_DENIED ENTITLEMENT_GRANTED ENTITLEMENT_REQUESTED ENVIRONMENT_DELETED EVENT_LOG_CREATED
        EVENT_QUEUE_DEPROVISIONING_REQUESTED EVENT_QUEUE_PROVISIONING_REQUESTED FEATURE_ARCHIVED FEATURE_CREATED FEATURE_DELETED
        FEATURE_GROUP_ARCHIVED FEATURE_GROUP_CREATED FEATURE_GROUP_UN_ARCHIVED FEATURE_GROUP_UPDATED FEATURE_UPDATED IMPORT_INTEGRATION_CATALOG
        IMPORT_INTEGRATION_CATALOG_TRIGGERED IMPORT_INTEGRATION_CUSTOMERS IMPORT_INTEGRATION_CUSTOMERS_TRIGGERED IMPORT_SUBSCRIPTIONS_BULK_TRIGGERED
        INCOMING_APP_STORE_WEBHOOK INCOMING_AWS_MARKETPLACE_WEBHOOK INCOMING_DOGGO_WEBHOOK INCOMING_STRIPE_WEBHOOK INCOMING_ZUORA_WEBHOOK
        MEMBER_INVITED PACKAGE_GROUP_CREATED PACKAGE_GROUP_UPDATED PLAN_CREATED PLAN_DELETED PLAN_UPDATED PRODUCT_CREATED PRODUCT_DELETED
        PRODUCT_UNARCHIVED PRODUCT_UPDATED PROMOTIONAL_ENTITLEMENT_ENDS_SOON RESYNC_INTEGRATION RESYNC_INTEGRATION_TRIGGERED SCHEDULER_BATCH
        STRIPE_APP_DRAWER_VIEWED SUBSCRIPTION_BILLING_MONTH_ENDS_SOON SUBSCRIPTION_SPENT_LIMIT_EXCEEDED SUBSCRIPTION_TRIAL_ENDS_SOON
        SUBSCRIPTION_USAGE_CHARGE_TRIGGERED SYNC_COUPON SYNC_CREDIT_GRANT SYNC_CUSTOMER SYNC_FAILED SYNC_PACKAGE SYNC_SUBSCRIPTION
        SYNC_SUBSCRIPTION_USAGE USAGE_THRESHOLD_EXCEEDED WIDGET_CONFIGURATION_UPDATED addon.updated_new_version_published billing.month_ends_soon
        entitlement.usage_exceeded entity.created entity.updated entity_type.updated payment_method.attached payment_method.detached
        plan.updated_new_version_published subscription.creation_failed subscription.spend_limit_exceeded third_party_sync_failed trial.ends_soon
        """;

    /// <summary>Kind of message by the normal form of its name.</summary>
    public static readonly FrozenDictionary<string, MessageType> Table = BuildTable();

    private static FrozenDictionary<string, MessageType> BuildTable()
    {
        var table = new Dictionary<string, MessageType>();
        Add(MessageType.EntitlementsUpdated, "ENTITLEMENTS_UPDATED");
        Add(MessageType.UsageUpdated, "usageUpdated usageReported UsageMeasurementWithCurrentUsage");
        Add(MessageType.MeasurementReported, "MEASUREMENT_REPORTED");
        Add(MessageType.CreditsConsumed, "consumeCredits creditsConsumed");
        Add(MessageType.CreditBalanceUpdated, "CREDIT_BALANCE_UPDATED");
        Add(MessageType.CachePurge, "PURGE_CUSTOMER_PERSISTENT_CACHE_REQUESTED cachePurge purge invalidate");
        Add(MessageType.CustomerDeleted, "CUSTOMER_DELETED customer.archived");
        Add(MessageType.WebhookReplayed, "REPLAY_WEBHOOK_EVENT");
        Add(MessageType.CustomerChanged, Refresh);
        Add(MessageType.CacheSweep, Sweep);
        Add(MessageType.NoEffect, None);

        // The pages of the webhook reference disagree about singular, plural and word order.
        AddAll(
            MessageType.CustomerChanged,
            "credit.grant credits.grant credit credits",
            "created granted updated voided expired depleted low usageLow");
        AddAll(MessageType.CustomerChanged, "credit.balance credits.balance", "low usageLow depleted");
        AddAll(
            MessageType.CustomerChanged,
            "subscription subscriptions",
            "created updated canceled cancelled expired migrated migrationTriggered trialStarted trialEnded trialExpired usageUpdated");
        AddAll(MessageType.CustomerChanged, "promotionalEntitlement promotionalEntitlements", "created granted updated revoked expired deleted");
        AddAll(
            MessageType.NoEffect,
            "plan addon feature coupon product package credit.type",
            "created updated deleted archived unarchived published");
        return table.ToFrozenDictionary();

        // The first row counts: those of events.json come first.
        void Add(MessageType type, string names)
        {
            foreach (var name in Words(names))
            {
                table.TryAdd(MessageTypes.Normal(name), type);
            }
        }

        void AddAll(MessageType type, string subjects, string verbs)
        {
            foreach (var subject in Words(subjects))
            {
                foreach (var verb in Words(verbs))
                {
                    Add(type, subject + verb);
                }
            }
        }
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
