using System.Globalization;
using System.Text;
using EntitlementCache.Messages;
using PersistentCacheService.Refetching;
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

        Assert.All(await SettleAsync(second, Customers, result: null), Assert.False);
        Assert.All(await SettleAsync(first, Customers[..1], RefetchResult.Purged), Assert.True);
        Assert.All(await SettleAsync(first, Customers[1..2], result: null), Assert.True);

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
        await SettleAsync(marks, Customers, RefetchResult.Written);
        Assert.Equal([WarmVerdict.Take, WarmVerdict.Take, WarmVerdict.Take], await marks.ClaimAsync(Customers, skipsCached: false, skipsFetched: false, default));
    }

    [SkippableFact]
    public async Task Every_mark_expires_and_the_pace_is_one_for_all()
    {
        var (first, second) = (Process(), Process());
        Assert.True(await first.PermitAsync(TimeSpan.FromMinutes(1), default));
        Assert.False(await second.PermitAsync(TimeSpan.FromMilliseconds(1), default));
        await ClaimAsync(first);
        await SettleAsync(first, Customers[..1], RefetchResult.Written);

        var keys = ((IReadOnlyList<object?>)(await redis.Reader.ExecuteAsync("KEYS", "*"))!).Cast<string>().Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(
            ["production!warm", "production!warm:c_customer-0", "production!warm:c_customer-1", "production!warm:c_customer-2:r_site", "production!warm:pace"], keys);
        foreach (var key in keys)
        {
            Assert.InRange((long)(await redis.Reader.ExecuteAsync("TTL", key))!, 1, 60 * 60);
        }
    }

    [SkippableFact]
    public async Task Marks_of_other_data_tell_nothing()
    {
        var marks = Process();
        await CacheAsync();
        await MarkDataAsync("a1");
        await ClaimAsync(marks);
        await SettleAsync(marks, Customers[..2], RefetchResult.Written);
        Assert.Equal([WarmVerdict.Fresh, WarmVerdict.Fresh, WarmVerdict.Held], await ClaimAsync(Process()));

        // An older snapshot holds the marks, and gets another id.
        await MarkDataAsync("b2");

        Assert.Equal([false], await SettleAsync(marks, Customers[2..], RefetchResult.Written));
        Assert.Equal([WarmVerdict.Take, WarmVerdict.Take, WarmVerdict.Take], await ClaimAsync(Process()));
    }

    [SkippableFact]
    public async Task Fetched_ones_that_are_not_cached_any_more_are_fetched_again()
    {
        var marks = Process();
        await CacheAsync();
        await ClaimAsync(marks);
        await SettleAsync(marks, Customers[..2], RefetchResult.Written);
        await SettleAsync(marks, Customers[2..], RefetchResult.Purged);

        await redis.Reader.ExecuteAsync("DEL", "production:c_customer-1#timestamp", "production:c_customer-2:r_site#timestamp");

        Assert.Equal([WarmVerdict.Fresh, WarmVerdict.Take, WarmVerdict.Fresh], await ClaimAsync(marks));
    }

    [SkippableFact]
    public async Task Claims_are_prolonged_while_they_are_held_and_a_lost_one_stays_lost()
    {
        var (first, second) = (Process(), Process());
        await ClaimAsync(first);
        await redis.Reader.ExecuteAsync("PEXPIRE", Mark(0), "10000");
        await redis.Reader.ExecuteAsync("DEL", Mark(1));
        await second.ClaimAsync(Customers[1..2], skipsCached: false, skipsFetched: true, default);
        await redis.Reader.ExecuteAsync("DEL", Mark(2));

        await first.RenewAsync(Customers, default);

        Assert.InRange((long)(await redis.Reader.ExecuteAsync("PTTL", Mark(0)))!, 10_001, 60_000);
        Assert.Equal([true, false, false], await SettleAsync(first, Customers, RefetchResult.Written));
        Assert.Equal([true], await SettleAsync(second, Customers[1..2], RefetchResult.Written));
        Assert.Null(await redis.Reader.ExecuteAsync("GET", Mark(2)));
    }

    private static string Mark(int customer) => Encoding.UTF8.GetString(new WarmKeys("production").Mark(Customers[customer]));

    private static async Task<List<bool>> SettleAsync(WarmMarks marks, CustomerIdentity[] customers, RefetchResult? result) =>
        [.. await marks.SettleAsync([.. customers.Select(customer => (customer, result))], default)];

    private async Task MarkDataAsync(string id) => await redis.Reader.ExecuteAsync("SET", "production!epoch", $"{id} 1 100");

    private async Task CacheAsync()
    {
        foreach (var key in (string[])["c_customer-0", "c_customer-1", "c_customer-2:r_site"])
        {
            await redis.Reader.ExecuteAsync("SET", $"production:{key}#timestamp", "1");
        }
    }

    private static Task<WarmVerdict[]> ClaimAsync(WarmMarks marks) => marks.ClaimAsync(Customers, skipsCached: false, skipsFetched: true, default);

    private WarmMarks Process()
    {
        Prerequisite.RedisServer.Demand();
        return new WarmMarks(redis.Client, new WarmKeys("production"), "production");
    }
}
