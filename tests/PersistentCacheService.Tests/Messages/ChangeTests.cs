using PersistentCacheService.Messages;

namespace PersistentCacheService.Tests.Messages;

public sealed class ChangeTests
{
    [Theory]
    [InlineData("""{"type":"customer.updated","id":"c","name":"n"}""", null)]
    [InlineData("""{"type":"customer.created","customer":{"id":"c"}}""", null)]
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
    [InlineData("""{"type":"subscription.created","id":"s"}""")]
    [InlineData("""{"type":"RECALCULATE_ENTITLEMENTS_TRIGGERED","environmentId":"e"}""")]
    [InlineData("""{"type":"plan.updated","customerId":"c"}""")]
    [InlineData("""{"type":"cachePurge","customers":[]}""")]
    public void Event_about_no_customer_changes_nothing(string body) => DecodedAs.Operation<Ignore>(body);

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

    [Theory]
    [InlineData("""{"type":"customer.deleted","entityId":"u"}""", "customerId is missing or empty")]
    [InlineData("""{"type":"subscription.created","customerId":5}""", "customerId is not a string")]
    [InlineData("""{"type":"wallet.opened","customer":{"id":"a:f_b"}}""", "customer.id is not a valid id")]
    [InlineData("""{"type":"purge"}""", "customerId is missing or empty")]
    [InlineData("""{"type":"purge","customers":[{"customerId":"a"},{"resourceId":"r"}]}""", "customers[1].customerId is missing or empty")]
    [InlineData("""{"type":"purge","customers":["a"]}""", "customers[0] is not an object")]
    public void Refusal_names_the_member(string body, string reason) => Assert.Equal(reason, DecodedAs.MalformedReason(body));
}
