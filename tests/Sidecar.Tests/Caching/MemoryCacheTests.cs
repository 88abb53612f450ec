using Sidecar.Caching;
using Sidecar.Model;
using Sidecar.Origin;

namespace Sidecar.Tests.Caching;

public sealed class MemoryCacheTests
{
    private readonly MemoryCache _cache = new(maxBytes: 3 * (512 + 2), TimeSpan.FromHours(1), TimeProvider.System);

    [Fact]
    public async Task The_least_recently_used_goes_first()
    {
        foreach (var name in (string[])["a", "b", "c"])
        {
            await StoreAsync(name, timestamp: 1);
        }

        Assert.True((await ReadAsync("a")).IsHit);
        await StoreAsync("d", timestamp: 1);

        Assert.Equal((true, false, true, true), ((await ReadAsync("a")).IsHit, (await ReadAsync("b")).IsHit, (await ReadAsync("c")).IsHit, (await ReadAsync("d")).IsHit));
        Assert.Equal(3, _cache.Count);
    }

    [Fact]
    public async Task Long_ids_take_their_place()
    {
        foreach (var name in (string[])["a", "b", new string('c', 255)])
        {
            await StoreAsync(name, timestamp: 1);
        }

        Assert.Equal(2, _cache.Count);
    }

    [Fact]
    public async Task An_older_state_does_not_replace_a_newer_one()
    {
        await StoreAsync("a", timestamp: 2, limit: 20);
        await StoreAsync("a", timestamp: 1, limit: 10);

        Assert.Equal(20, (await ReadAsync("a")).Customer!.Feature("f")!.UsageLimit);
    }

    [Fact]
    public async Task Older_usage_does_not_replace_newer_usage()
    {
        await StoreAsync("a", timestamp: 1);
        await _cache.UpdateUsageAsync(new EntityId("a", null), "f", isCredit: false, new CachedUsage(5, null, null, 20), default);
        await _cache.UpdateUsageAsync(new EntityId("a", null), "f", isCredit: false, new CachedUsage(3, null, null, 10), default);

        Assert.Equal(5, (await ReadAsync("a")).Customer!.Feature("f")!.Usage.CurrentUsage);
    }

    [Fact]
    public async Task What_is_not_valid_any_more_is_a_miss_that_may_still_answer()
    {
        await StoreAsync("a", timestamp: 1, validUntil: 1);

        var lookup = await ReadAsync("a");

        Assert.False(lookup.IsHit);
        Assert.NotNull(lookup.Customer);
    }

    private Task StoreAsync(string customer, long timestamp, double limit = 1, long? validUntil = null) => _cache.StoreAsync(
        new EntityId(customer, null),
        new FetchedState(new CachedCustomer(true, [new() { Type = EntitlementType.Metered, Id = "f", UsageLimit = limit, ValidUntil = validUntil }], null), timestamp),
        default);

    private ValueTask<CacheLookup> ReadAsync(string customer) => _cache.ReadAsync(new EntityId(customer, null), ReadScope.All, default);
}
