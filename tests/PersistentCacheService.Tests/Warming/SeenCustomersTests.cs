using System.Globalization;
using System.Text;
using EntitlementCache.Messages;
using PersistentCacheService.Warming;
using TestKit;

namespace PersistentCacheService.Tests.Warming;

public sealed class SeenCustomersTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void The_latest_come_first_and_each_once()
    {
        var seen = new SeenCustomers(10, life: null, _time);
        foreach (var id in (string[])["a", "b", "c", "a"])
        {
            seen.Add(Customer(id));
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(["a", "c", "b"], Names(seen, within: null));
        Assert.Equal(3, seen.Count);
    }

    [Fact]
    public void A_resource_is_another_one_than_its_customer()
    {
        var seen = new SeenCustomers(10, life: null, _time);
        seen.Add(Customer("a", "r"));
        seen.Add(Customer("a"));
        seen.Remove(Customer("a"));

        Assert.Equal(["a/r"], Names(seen, within: null));
    }

    [Fact]
    public void Only_those_of_the_lost_time_are_told()
    {
        var seen = new SeenCustomers(10, life: null, _time);
        seen.Add(Customer("old"));
        _time.Advance(TimeSpan.FromMinutes(10));
        seen.Add(Customer("new"));

        Assert.Equal(["new"], Names(seen, TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public void Those_whose_keys_have_expired_are_not_told()
    {
        var seen = new SeenCustomers(10, TimeSpan.FromMinutes(10), _time);
        seen.Add(Customer("expired"));
        _time.Advance(TimeSpan.FromMinutes(8));
        seen.Add(Customer("cached"));
        _time.Advance(TimeSpan.FromMinutes(5));
        seen.Add(Customer("new"));

        Assert.Equal(["new", "cached"], Names(seen, within: null));
        Assert.Equal(["new", "cached"], Names(seen, TimeSpan.FromHours(1)));
        Assert.Equal(["new"], Names(seen, TimeSpan.FromMinutes(1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public void There_are_never_more_than_the_limit_and_those_that_are_named_often_stay(int limit)
    {
        var seen = new SeenCustomers(limit, life: null, _time);
        for (var i = 0; i < 1000; i++)
        {
            seen.Add(Customer("often"));
            seen.Add(Customer(i.ToString(CultureInfo.InvariantCulture)));
            Assert.InRange(seen.Count, 0, limit);
        }

        if (limit > 1)
        {
            Assert.Contains("often", Names(seen, within: null));
            Assert.Contains("999", Names(seen, within: null));
        }
    }

    [Fact]
    public void One_that_was_purged_makes_place()
    {
        var seen = new SeenCustomers(2, life: null, _time);
        seen.Add(Customer("a"));
        seen.Add(Customer("b"));
        seen.Remove(Customer("a"));
        seen.Remove(Customer("unknown"));
        seen.Add(Customer("c"));

        Assert.Equal(["b", "c"], Names(seen, within: null).Order(StringComparer.Ordinal));
    }

    private static CustomerIdentity Customer(string id, string resource = "") => new(Encoding.UTF8.GetBytes(id), Encoding.UTF8.GetBytes(resource));

    private static IReadOnlyList<string> Names(SeenCustomers seen, TimeSpan? within) =>
        [.. seen.Named(within).Select(static customer => customer.ResourceIdText is { } resource ? $"{customer.CustomerIdText}/{resource}" : customer.CustomerIdText)];
}
