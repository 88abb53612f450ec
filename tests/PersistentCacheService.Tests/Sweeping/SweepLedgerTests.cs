using EntitlementCache.Caching;
using PersistentCacheService.Sweeping;
using PersistentCacheService.Tests.Caching;
using TestKit;

namespace PersistentCacheService.Tests.Sweeping;

/// <summary>What Redis grants to whom: requests, the lease with its fence, the pace.</summary>
public sealed class SweepLedgerTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);
    private static readonly SweepKeys Keys = new("production");

    public Task InitializeAsync() => Prerequisite.RedisServer.IsPresent ? redis.StartEmptyAsync() : Task.CompletedTask;

    public Task DisposeAsync() => Task.CompletedTask;

    [SkippableFact]
    public async Task Without_a_request_there_is_nothing_to_take()
    {
        Assert.Null(await Process().TakeAsync(Long, default));
        Assert.Null(await Process().ReadAsync(default));
        Assert.Equal(0L, await redis.Reader.ExecuteAsync("DBSIZE"));
    }

    [SkippableFact]
    public async Task Requests_before_the_beginning_are_one_with_the_latest_time()
    {
        var ledger = Process();
        await ledger.RequestAsync(5, default);
        await ledger.RequestAsync(9, default);
        await ledger.RequestAsync(7, default);

        Assert.Equal(new SweepState(9), await ledger.TakeAsync(Long, default));
        await ledger.EndAsync(default);
        Assert.Null(await ledger.TakeAsync(Long, default));
        Assert.Equal(0L, await redis.Reader.ExecuteAsync("DBSIZE"));
    }

    [SkippableFact]
    public async Task Requests_during_a_sweep_are_one_more_after_it()
    {
        var ledger = Process();
        await ledger.RequestAsync(1, default);
        var first = await ledger.TakeAsync(Long, default);
        await ledger.RequestAsync(2, default);
        await ledger.RequestAsync(3, default);
        Assert.Equal(first, await ledger.TakeAsync(Long, default));
        await ledger.EndAsync(default);

        Assert.Equal(new SweepState(3), await ledger.TakeAsync(Long, default));
        await ledger.EndAsync(default);
        Assert.Null(await ledger.TakeAsync(Long, default));
    }

    [SkippableFact]
    public async Task One_process_has_it_and_the_others_change_nothing()
    {
        var (owner, other) = (Process(), Process());
        await owner.RequestAsync(1, default);
        var sweep = (await owner.TakeAsync(Long, default))! with { Total = 10, Done = 3 };
        await owner.SaveAsync(sweep, default);

        Assert.Null(await other.TakeAsync(Long, default));
        Assert.False(await other.RenewAsync(Long, default));
        await Assert.ThrowsAsync<SweepLostException>(() => other.SaveAsync(sweep with { Done = 9 }, default));
        await Assert.ThrowsAsync<SweepLostException>(() => other.EndAsync(default));
        await Assert.ThrowsAsync<SweepLostException>(() => other.PermitAsync(Short, default));
        await other.ReleaseAsync(default);

        Assert.Equal((sweep, true), await other.ReadAsync(default));
        Assert.True(await owner.RenewAsync(Long, default));
    }

    [SkippableFact]
    public async Task After_the_lease_expired_another_process_goes_on_from_the_saved_place_and_the_first_is_fenced_off()
    {
        var (killed, next) = (Process(), Process());
        await killed.RequestAsync(1, default);
        var sweep = (await killed.TakeAsync(Long, default))! with { Server = "s", Cursor = "17", Total = 10, Done = 3 };
        await killed.SaveAsync(sweep, default);
        await redis.Reader.ExecuteAsync("PEXPIRE", Keys.Lease, "1");

        SweepState? taken = null;
        await Eventually.HoldsAsync(async () => (taken = await next.TakeAsync(Long, default)) is not null, "the lease expires");

        Assert.Equal(sweep, taken);
        Assert.False(await killed.RenewAsync(Long, default));
        await Assert.ThrowsAsync<SweepLostException>(() => killed.SaveAsync(sweep with { Done = 4 }, default));
        await Assert.ThrowsAsync<SweepLostException>(() => killed.PermitAsync(Short, default));
    }

    [SkippableFact]
    public async Task A_released_lease_is_free_at_once()
    {
        var (first, second) = (Process(), Process());
        await first.RequestAsync(1, default);
        Assert.NotNull(await first.TakeAsync(Long, default));
        await first.ReleaseAsync(default);

        Assert.False((await second.ReadAsync(default))!.Value.IsHeld);
        Assert.NotNull(await second.TakeAsync(Long, default));
    }

    [SkippableFact]
    public async Task The_pace_outlives_a_change_of_hands()
    {
        var (first, second) = (Process(), Process());
        await first.RequestAsync(1, default);
        await first.TakeAsync(Long, default);
        Assert.True(await first.PermitAsync(Long, default));
        Assert.False(await first.PermitAsync(Long, default));
        await first.ReleaseAsync(default);
        await second.TakeAsync(Long, default);

        Assert.False(await second.PermitAsync(Long, default));
        await redis.Reader.ExecuteAsync("DEL", Keys.Pace);
        Assert.True(await second.PermitAsync(Short, default));
        await Eventually.HoldsAsync(() => second.PermitAsync(Short, default), "the time of the calls passes");
    }

    [SkippableFact]
    public async Task Every_key_begins_with_the_sweeps_name_and_expires()
    {
        var ledger = Process();
        await ledger.RequestAsync(1, default);
        await ledger.TakeAsync(Long, default);
        await ledger.RequestAsync(2, default);
        await ledger.PermitAsync(Long, default);
        await ledger.SaveAsync(new SweepState(1, Total: 5), default);

        var keys = ((IReadOnlyList<object?>)(await redis.Reader.ExecuteAsync("KEYS", "*"))!).Cast<string>().Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(["production!sweep", "production!sweep:lease", "production!sweep:pace", "production!sweep:request"], keys);
        foreach (var key in keys)
        {
            Assert.InRange((long)(await redis.Reader.ExecuteAsync("TTL", key))!, 1, 7 * 24 * 60 * 60);
        }
    }

    /// <summary>A process: each has a token of its own.</summary>
    private SweepLedger Process()
    {
        Prerequisite.RedisServer.Demand();
        return new SweepLedger(redis.Client, Keys);
    }
}
