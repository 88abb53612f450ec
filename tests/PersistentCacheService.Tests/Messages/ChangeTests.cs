using EntitlementCache.Messages;

namespace PersistentCacheService.Tests.Messages;

public sealed class ChangeTests
{
    [Theory]
    [InlineData("""{"type":"creditBalanceUpdated","payload":{"customerId":"c","currencyId":"k","totalConsumed":1}}""", null)]
    [InlineData("""{"type":"PACKAGE_PUBLISHED","customerId":"c"}""", null)]
    [InlineData("""{"type":"promotionalEntitlement.granted","id":"other","customerId":"c"}""", null)]
    [InlineData("""{"type":"EDGE_API_CUSTOMER_DATA_RESYNC","payload":{"customerId":"c","resourceId":"r"}}""", "r")]
    [InlineData("""{"type":"subscription.expired","customer":{"id":"c"},"resource":null}""", null)]
    public void Change_of_a_customer_is_a_refresh(string body, string? resourceId)
    {
        var refresh = DecodedAs.Operation<Refresh>(body);

        Assert.Equal("c", refresh.Customer.CustomerIdText);
        Assert.Equal(resourceId, refresh.Customer.ResourceIdText);
        Assert.Null(refresh.UnknownType);
    }

    [Theory]
    [InlineData("""{"type":"RECALCULATE_ENTITLEMENTS_TRIGGERED","customerIds":["a","b"]}""", "a b")]
    [InlineData("""{"type":"subscription.updated","customers":[{"customerId":"a","resourceId":"r"},{"id":"b"}]}""", "a/r b")]
    [InlineData("""{"type":"wallet.opened","payload":{"customers":[{"customerId":"a"}],"customerIds":["b","c"]}}""", "a b c")]
    public void Change_of_several_customers_is_a_refresh_of_each(string body, string expected) =>
        Assert.Equal(expected, string.Join(' ', DecodedAs.Operation<Refresh>(body).Customers.Select(Name)));

    [Fact]
    public void More_customers_than_one_message_may_fetch_are_forgotten()
    {
        var ids = Enumerable.Range(0, Refresh.MaxCustomers + 1).Select(static i => $"\"c{i}\"").ToList();

        Assert.Equal(Refresh.MaxCustomers, DecodedAs.Operation<Refresh>(Body(ids[1..])).Customers.Count);
        Assert.Equal(Refresh.MaxCustomers + 1, DecodedAs.Operation<Purge>(Body(ids)).Customers.Count);

        static string Body(List<string> ids) => $$"""{"type":"SUBSCRIPTIONS_MIGRATED","customerIds":[{{string.Join(',', ids)}}]}""";
    }

    [Theory]
    [InlineData("PACKAGE_PUBLISHED")]
    [InlineData("RECALCULATE_ENTITLEMENTS_TRIGGERED")]
    public void Change_for_customers_that_are_not_named_is_a_sweep(string type) =>
        Assert.Equal(MessageType.CacheSweep, DecodedAs.Operation<Sweep>($$"""{"type":"{{type}}","environmentId":"e"}""").Type);

    [Theory]
    [InlineData("""{"type":"subscription.created","id":"s"}""")]
    [InlineData("""{"type":"plan.updated","customerId":"c"}""")]
    [InlineData("""{"type":"customer.updated","id":"c","customerId":"c"}""")]
    [InlineData("""{"type":"ENTITLEMENT_REQUESTED","customerId":5}""")]
    [InlineData("""{"type":"cachePurge","customers":[]}""")]
    [InlineData("""{"type":"RECALCULATE_ENTITLEMENTS_TRIGGERED","customerIds":[]}""")]
    public void Event_without_effect_or_customer_changes_nothing(string body) => DecodedAs.Operation<Ignore>(body);

    [Fact]
    public void Unknown_type_of_a_customer_is_a_refresh_that_names_it() =>
        Assert.Equal("wallet.opened", DecodedAs.Operation<Refresh>("""{"type":"wallet.opened","customer":{"id":"c"}}""").UnknownType);

    [Theory]
    [InlineData("""{"type":"customer.deleted","customerId":"c","id":"other"}""")]
    [InlineData("""{"type":"customer.deleted","customer":{"id":"c"},"id":"other"}""")]
    [InlineData("""{"type":"customer.archived","id":"c"}""")]
    [InlineData("""{"type":"purge","customerId":"c"}""")]
    [InlineData("""{"type":"invalidate","customers":[{"customerId":"c"}]}""")]
    public void Customer_is_forgotten(string body) =>
        Assert.Equal("c", Assert.Single(DecodedAs.Operation<Purge>(body).Customers).CustomerIdText);

    [Fact]
    public void Purge_of_a_list_names_each() =>
        Assert.Equal("a b/r", string.Join(' ', DecodedAs.Operation<Purge>(
            """{"type":"PURGE_CUSTOMER_PERSISTENT_CACHE_REQUESTED","payload":{"customers":[{"customerId":"a"},{"customerId":"b","resourceId":"r"}]}}""").Customers.Select(Name)));

    [Theory]
    [InlineData("""{"type":"customer.deleted","entityId":"u"}""", "customerId is missing or empty")]
    [InlineData("""{"type":"subscription.created","customerId":5}""", "customerId is not a string")]
    [InlineData("""{"type":"wallet.opened","customer":{"id":"a:f_b"}}""", "customer.id is not a valid id")]
    [InlineData("""{"type":"purge"}""", "customerId is missing or empty")]
    [InlineData("""{"type":"purge","customers":[{"customerId":"a"},{"resourceId":"r"}]}""", "customers[1].customerId is missing or empty")]
    [InlineData("""{"type":"purge","customers":["a"]}""", "customers[0] is not an object")]
    [InlineData("""{"type":"purge","customerIds":["a","b:f_c"]}""", "customerIds[1] is not a valid id")]
    public void Refusal_names_the_member(string body, string reason) => Assert.Equal(reason, DecodedAs.MalformedReason(body));

    private static string Name(CustomerIdentity customer) =>
        customer.ResourceIdText is { } resource ? $"{customer.CustomerIdText}/{resource}" : customer.CustomerIdText;
}
