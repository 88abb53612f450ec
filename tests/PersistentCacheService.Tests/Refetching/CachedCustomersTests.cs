using System.Text;
using EntitlementCache.Messages;
using EntitlementCache.Redis;
using PersistentCacheService.Refetching;
using PersistentCacheService.Sweeping;
using PersistentCacheService.Tests.Caching;
using PersistentCacheService.Tests.Redis;
using TestKit;

namespace PersistentCacheService.Tests.Refetching;

public sealed class CachedCustomersTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Theory]
    [InlineData("production:c_customer-1#timestamp", "customer-1", null)]
    [InlineData("production:c_customer-1:r_site-7#timestamp", "customer-1", "site-7")]
    [InlineData("production:c_a:b|c@d.e#timestamp", "a:b|c@d.e", null)]
    [InlineData("production:c_Zoë:r_Ürün#timestamp", "Zoë", "Ürün")]
    [InlineData("production:c_r_:r_r_#timestamp", "r_", "r_")]
    public void A_timestamp_of_entitlements_names_its_customer(string key, string customerId, string? resourceId)
    {
        var customer = new CachedCustomers(null!, "production").Parse(Encoding.UTF8.GetBytes(key))!.Value;

        Assert.Equal((customerId, resourceId), (customer.CustomerIdText, customer.ResourceIdText));
    }

    [Theory]
    [InlineData("production:c_customer-1")]
    [InlineData("production:c_customer-1:metadata#timestamp")]
    [InlineData("production:c_customer-1:f_seats#timestamp")]
    [InlineData("production:c_customer-1:credit_ai#timestamp")]
    [InlineData("production:c_customer-1:r_site:f_seats#timestamp")]
    [InlineData("production:c_customer-1:r_site:metadata#timestamp")]
    [InlineData("production:c_customer-1:r_#timestamp")]
    [InlineData("production:c_#timestamp")]
    [InlineData("production:c_a#timestamp#timestamp")]
    [InlineData("production:c_a\nb#timestamp")]
    [InlineData("production-customer-1#timestamp")]
    [InlineData("staging:c_customer-1#timestamp")]
    [InlineData("")]
    public void Any_other_key_names_nobody(string key) =>
        Assert.Null(new CachedCustomers(null!, "production").Parse(Encoding.UTF8.GetBytes(key)));

    [SkippableFact]
    public async Task Every_customer_of_the_prefix_is_found_page_by_page_and_nobody_else()
    {
        await redis.StartEmptyAsync();
        var expected = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 700; i++)
        {
            expected.Add($"customer-{i}/");
            expected.Add($"customer-{i}/site");
            await redis.Reader.ExecuteAllAsync([.. ((string[])[$"p[1]:c_customer-{i}", $"p[1]:c_customer-{i}:metadata", $"p[1]:c_customer-{i}:f_seats", $"p[1]:c_customer-{i}:r_site", $"p1:c_other-{i}"])
                .SelectMany(static key => new[] { new[] { "SET", key, "{}" }, ["SET", key + "#timestamp", "1"] })]);
        }

        var customers = new CachedCustomers(redis.Client, "p[1]");

        var found = new List<CustomerIdentity>();
        var (cursor, pages) = (SweepState.Start, 0);
        do
        {
            (var page, cursor) = await customers.NextAsync(cursor, atLeast: 100, CancellationToken.None);
            found.AddRange(page);
            pages++;
        }
        while (cursor != SweepState.Start);

        Assert.InRange(pages, 2, 14);
        Assert.Equal(expected, found.Select(static customer => $"{customer.CustomerIdText}/{customer.ResourceIdText}").ToHashSet(StringComparer.Ordinal));
        Assert.InRange(await customers.CountAsync(CancellationToken.None), expected.Count, expected.Count * 2);
    }

    [SkippableFact]
    public async Task A_restarted_server_is_another_one()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await RedisClients.ConnectAsync(RedisClients.For(server));
        var customers = new CachedCustomers(client, "production");
        var before = await customers.ServerAsync(CancellationToken.None);

        await server.RestartAsync();
        await Eventually.HoldsAsync(() => client.State == RedisConnectionState.Ready && client.Status.LastFailure is not null, "the client is Ready again");

        Assert.Equal(40, before.Length);
        Assert.NotEqual(before, await customers.ServerAsync(CancellationToken.None));
    }
}
