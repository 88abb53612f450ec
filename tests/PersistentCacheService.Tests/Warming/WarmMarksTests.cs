using System.Globalization;
using System.Text;
using EntitlementCache.Messages;
using PersistentCacheService.Tests.Caching;
using PersistentCacheService.Warming;
using TestKit;

namespace PersistentCacheService.Tests.Warming;

/// <summary>Who fetches whom, among two processes and a real Redis.</summary>
public sealed class WarmMarksTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private static readonly CustomerIdentity[] Customers =
        [.. Enumerable.Range(0, 3).Select(static i => new CustomerIdentity(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"customer-{i}")), i == 2 ? "site"u8.ToArray() : default))];

    public Task InitializeAsync() => Prerequisite.RedisServer.IsPresent ? redis.StartEmptyAsync() : Task.CompletedTask;

    public Task DisposeAsync() => Task.CompletedTask;

    [SkippableFact]
    public async Task What_one_process_claims_the_other_leaves_alone_until_it_is_settled()
    {
        var (first, second) = (Process(), Process());
        Assert.All(await ClaimAsync(first), static verdict => Assert.Equal(WarmVerdict.Take, verdict));
        Assert.All(await ClaimAsync(second), static verdict => Assert.Equal(WarmVerdict.Held, verdict));
        Assert.All(await ClaimAsync(first), static verdict => Assert.Equal(WarmVerdict.Take, verdict));

        await second.SettleAsync(Customers, areFetched: false, default);
        await first.SettleAsync(Customers[..1], areFetched: true, default);
        await first.SettleAsync(Customers[1..2], areFetched: false, default);

        Assert.Equal([WarmVerdict.Fresh, WarmVerdict.Take, WarmVerdict.Held], await ClaimAsync(second));
        Assert.Equal(3, (await second.MarkedAsync(Customers, default)).Count);
    }

    [SkippableFact]
    public async Task Cached_ones_are_left_alone_where_they_may_be()
    {
        var marks = Process();
        await redis.Reader.ExecuteAsync("SET", "production:c_customer-0#timestamp", "1");
        await redis.Reader.ExecuteAsync("SET", "production:c_customer-2:r_site#timestamp", "1");

        Assert.Equal([WarmVerdict.Fresh, WarmVerdict.Take, WarmVerdict.Fresh], await marks.ClaimAsync(Customers, skipsCached: true, skipsFetched: true, default));
        Assert.Equal([WarmVerdict.Take, WarmVerdict.Take, WarmVerdict.Take], await marks.ClaimAsync(Customers, skipsCached: false, skipsFetched: true, default));
        await marks.SettleAsync(Customers, areFetched: true, default);
        Assert.Equal([WarmVerdict.Take, WarmVerdict.Take, WarmVerdict.Take], await marks.ClaimAsync(Customers, skipsCached: false, skipsFetched: false, default));
    }

    [SkippableFact]
    public async Task Every_mark_expires_and_the_pace_is_one_for_all()
    {
        var (first, second) = (Process(), Process());
        Assert.True(await first.PermitAsync(TimeSpan.FromMinutes(1), default));
        Assert.False(await second.PermitAsync(TimeSpan.FromMilliseconds(1), default));
        await ClaimAsync(first);
        await first.SettleAsync(Customers[..1], areFetched: true, default);

        var keys = ((IReadOnlyList<object?>)(await redis.Reader.ExecuteAsync("KEYS", "*"))!).Cast<string>().Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(
            ["production!warm", "production!warm:c_customer-0", "production!warm:c_customer-1", "production!warm:c_customer-2:r_site", "production!warm:pace"], keys);
        foreach (var key in keys)
        {
            Assert.InRange((long)(await redis.Reader.ExecuteAsync("TTL", key))!, 1, 60 * 60);
        }
    }

    private static Task<WarmVerdict[]> ClaimAsync(WarmMarks marks) => marks.ClaimAsync(Customers, skipsCached: false, skipsFetched: true, default);

    private WarmMarks Process()
    {
        Prerequisite.RedisServer.Demand();
        return new WarmMarks(redis.Client, new WarmKeys("production"), "production");
    }
}
