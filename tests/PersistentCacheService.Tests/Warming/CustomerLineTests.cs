using System.Text;
using EntitlementCache.Messages;
using PersistentCacheService.Warming;

namespace PersistentCacheService.Tests.Warming;

public sealed class CustomerLineTests
{
    [Theory]
    [InlineData("customer-1", "customer-1", null)]
    [InlineData("  customer-1 , site-7\r", "customer-1", "site-7")]
    [InlineData("customer-1,", "customer-1", null)]
    [InlineData("\uFEFFcustomer-1", "customer-1", null)]
    [InlineData("\"a,b\",\"c\"\"d\"", "a,b", "c\"d")]
    [InlineData("Zoë", "Zoë", null)]
    public void A_line_names_a_customer_or_a_resource(string line, string id, string? resource)
    {
        Assert.True(CustomerLine.TryRead(line, out var customer, out var problem), problem);
        Assert.Equal((id, resource), (customer.CustomerIdText, customer.ResourceIdText));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void An_empty_line_names_nobody(string line)
    {
        Assert.True(CustomerLine.TryRead(line, out var customer, out _));
        Assert.True(customer.IsEmpty);
    }

    [Theory]
    [InlineData("a,b,c")]
    [InlineData("\"a")]
    [InlineData("\"a\"b")]
    [InlineData(",b")]
    [InlineData("a:f_b")]
    [InlineData("a,b#timestamp")]
    public void Anything_else_is_refused(string line)
    {
        Assert.False(CustomerLine.TryRead(line, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData("customer-1", "")]
    [InlineData("a,b", "c\"d")]
    [InlineData(" a ", " ")]
    public void What_is_written_is_read(string id, string resource)
    {
        var customer = new CustomerIdentity(Encoding.UTF8.GetBytes(id), Encoding.UTF8.GetBytes(resource));

        Assert.True(CustomerLine.TryRead(CustomerLine.Write(customer), out var read, out var problem), problem);
        Assert.Equal((customer.CustomerIdText, customer.ResourceIdText), (read.CustomerIdText, read.ResourceIdText));
    }
}
