using System.Net;
using System.Text;
using EntitlementCache.Messages;
using Microsoft.AspNetCore.Http;
using PersistentCacheService.Warming;
using TestKit;

namespace PersistentCacheService.Tests.Warming;

/// <summary>Who gets to know ids of customers.</summary>
public sealed class RecentCustomersEndpointTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", null, 200)]
    [InlineData("::ffff:127.0.0.1", "::ffff:127.0.0.1", null, 200)]
    [InlineData("::1", "::1", null, 200)]
    [InlineData("10.0.0.7", "127.0.0.1", null, 404)]
    [InlineData("127.0.0.6", "10.0.0.9", null, 404)]
    [InlineData("127.0.0.1", "127.0.0.1", "Forwarded", 404)]
    [InlineData("127.0.0.1", "127.0.0.1", "x-forwarded-for", 404)]
    [InlineData(null, null, null, 404)]
    public async Task Only_who_asks_on_this_machine_and_not_for_another(string? remote, string? local, string? header, int status)
    {
        var seen = new SeenCustomers(10, life: null, new ManualTimeProvider());
        seen.Add(new CustomerIdentity(Encoding.UTF8.GetBytes("customer-1"), default));
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };
        context.Connection.RemoteIpAddress = remote is null ? null : IPAddress.Parse(remote);
        context.Connection.LocalIpAddress = local is null ? null : IPAddress.Parse(local);
        if (header is not null)
        {
            context.Request.Headers[header] = "for=192.0.2.60";
        }

        await RecentCustomersEndpoint.AnswerAsync(context, seen);

        Assert.Equal((status, status == 200 ? "customer-1\n" : ""), (context.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray())));
    }
}
