using System.Text;
using EntitlementCache.Messages;

namespace PersistentCacheService.Tests.Messages;

public sealed class MessageTypesTests
{
    [Theory]
    [InlineData("entitlements.updated", "EntitlementsUpdated")]
    [InlineData("ENTITLEMENTS_UPDATED", "EntitlementsUpdated")]
    [InlineData("entitlementsUpdatedV2", "EntitlementsUpdated")]
    [InlineData("Entitlements-Updated-v1", "EntitlementsUpdated")]
    [InlineData("USAGE_UPDATED", "UsageUpdated")]
    [InlineData("usage.reported", "UsageUpdated")]
    [InlineData("MEASUREMENT_REPORTED", "MeasurementReported")]
    [InlineData("CREDIT_BALANCE_UPDATED", "CreditBalanceUpdated")]
    [InlineData("cache_purge", "CachePurge")]
    [InlineData("PURGE", "CachePurge")]
    [InlineData("invalidate", "CachePurge")]
    [InlineData("CUSTOMER_DELETED", "CustomerDeleted")]
    [InlineData("customer.archived", "CustomerDeleted")]
    [InlineData("customer.updated", "NoEffect")]
    [InlineData("CREDIT_GRANT_CREATED", "CustomerChanged")]
    [InlineData("CREDIT_GRANT_UPDATED", "CustomerChanged")]
    [InlineData("CREDIT_GRANT_VOIDED", "CustomerChanged")]
    [InlineData("CREDIT_GRANT_EXPIRED", "CustomerChanged")]
    [InlineData("CREDIT_GRANT_DEPLETED", "CustomerChanged")]
    [InlineData("credits.granted", "CustomerChanged")]
    [InlineData("credit_grant.created", "CustomerChanged")]
    [InlineData("credit.grant.created", "CustomerChanged")]
    [InlineData("credits.grant.updated", "CustomerChanged")]
    [InlineData("credits.grant.usage_low", "CustomerChanged")]
    [InlineData("credits.grant.voided", "CustomerChanged")]
    [InlineData("credits.expired", "CustomerChanged")]
    [InlineData("credit_balance.low", "CustomerChanged")]
    [InlineData("credit_balance.depleted", "CustomerChanged")]
    [InlineData("credits.balance.usage_low", "CustomerChanged")]
    [InlineData("credit.balance.low", "CustomerChanged")]
    [InlineData("subscription.created", "CustomerChanged")]
    [InlineData("subscription.canceled", "CustomerChanged")]
    [InlineData("SUBSCRIPTIONS_MIGRATED", "CacheSweep")]
    [InlineData("SUBSCRIPTIONS_MIGRATION_TRIGGERED", "CacheSweep")]
    [InlineData("SUBSCRIPTION_USAGE_UPDATED", "CustomerChanged")]
    [InlineData("promotionalEntitlement.granted", "CustomerChanged")]
    [InlineData("promotional_entitlements.deleted", "CustomerChanged")]
    [InlineData("subscriptions.canceled", "CustomerChanged")]
    [InlineData("subscription.trial_ended", "CustomerChanged")]
    [InlineData("entitlement.usage_exceeded", "NoEffect")]
    [InlineData("RECALCULATE_ENTITLEMENTS_TRIGGERED", "CacheSweep")]
    [InlineData("CUSTOMER_ENTITLEMENT_CALCULATION_TRIGGERED", "CustomerChanged")]
    [InlineData("CUSTOMER_RESOURCE_ENTITLEMENT_CALCULATION_TRIGGERED", "CustomerChanged")]
    [InlineData("EDGE_API_CUSTOMER_DATA_RESYNC", "CustomerChanged")]
    [InlineData("PACKAGE_PUBLISHED", "CacheSweep")]
    [InlineData("plan.updated", "NoEffect")]
    [InlineData("addon.created", "NoEffect")]
    [InlineData("feature.archived", "NoEffect")]
    [InlineData("coupon.updated", "NoEffect")]
    [InlineData("credit_type.created", "NoEffect")]
    [InlineData("ENVIRONMENT_DELETED", "NoEffect")]
    [InlineData("USAGE_MEASUREMENT_WITH_CURRENT_USAGE", "UsageUpdated")]
    [InlineData("credits.consumed", "CreditsConsumed")]
    [InlineData("SUBSCRIPTION_CREATED[0].x", "CustomerChanged")]
    [InlineData("", "Unknown")]
    [InlineData("[", "Unknown")]
    [InlineData("walletRebalanced", "Unknown")]
    [InlineData("entitlementsUpdatedV3", "Unknown")]
    [InlineData("entitlementsUpdatedV\u0012", "Unknown")]
    [InlineData("plan.updated.plan.updated.plan.updated.plan.updated.plan.updated.plan.updated.plan.updated", "Unknown")]
    public void Name_means(string name, string expected) =>
        Assert.Equal(Enum.Parse<MessageType>(expected), MessageTypes.Resolve(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void Name_for_the_log_is_short_and_has_no_control_characters()
    {
        var printable = MessageTypes.Printable(Encoding.UTF8.GetBytes("a\nb\u2028\u202E" + new string('x', 500)));

        Assert.StartsWith("a?b??xxx", printable, StringComparison.Ordinal);
        Assert.Equal(63, printable.Length);
    }

    [Fact]
    public void Name_is_compared_in_lower_case_without_separators() => Assert.Equal("az09", MessageTypes.Normal("A.Z_0-9[x]"));

    [Fact]
    public void Name_longer_than_any_known_one_has_no_form_to_compare()
    {
        var refused = Assert.Throws<ArgumentException>(static () => MessageTypes.Normal(new string('a', 65)));

        Assert.StartsWith("The name is too long.", refused.Message, StringComparison.Ordinal);
    }
}
