using PersistentCacheService.Tests.Caching;
using PersistentCacheService.Warming;
using TestKit;

namespace PersistentCacheService.Tests.Warming;

/// <summary>What two processes see of the marker in a real Redis.</summary>
public sealed class EpochMarkerTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private static readonly WarmKeys Keys = new("production");

    public Task InitializeAsync() => Prerequisite.RedisServer.IsPresent ? redis.StartEmptyAsync() : Task.CompletedTask;

    public Task DisposeAsync() => Task.CompletedTask;

    [SkippableFact]
    public async Task The_first_look_says_nothing_and_later_ones_that_all_is_there()
    {
        var (first, second) = (Process(), Process());

        Assert.Equal(new EpochSighting(IsFirst: true, Wipe: null, IsWarming: false), await first.BeatAsync(default));
        Assert.True((await second.BeatAsync(default)).IsFirst);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(default, await first.BeatAsync(default));
            Assert.Equal(default, await second.BeatAsync(default));
        }
    }

    [SkippableFact]
    public async Task After_a_flush_every_process_sees_one_wipe()
    {
        var (first, second) = (Process(), Process());
        await first.BeatAsync(default);
        await second.BeatAsync(default);

        await redis.Reader.ExecuteAsync("FLUSHALL");

        Assert.Equal(new Wipe(WipeKind.Emptied, Lost: null), (await first.BeatAsync(default)).Wipe);
        Assert.Equal(new Wipe(WipeKind.Replaced, Lost: null), (await second.BeatAsync(default)).Wipe);
        Assert.Equal(default, await first.BeatAsync(default));
        Assert.Equal(default, await second.BeatAsync(default));
    }

    [SkippableFact]
    public async Task An_older_snapshot_is_seen_with_the_time_that_is_lost()
    {
        var marker = Process();
        await marker.BeatAsync(default);
        var (text, copy) = (await GetAsync(Keys.Epoch), await GetAsync(Keys.EpochCopy));
        await marker.BeatAsync(default);
        await marker.BeatAsync(default);

        await redis.Reader.ExecuteAsync("SET", Keys.Epoch, text);
        await redis.Reader.ExecuteAsync("SET", Keys.EpochCopy, copy);

        var wipe = (await marker.BeatAsync(default)).Wipe!;
        Assert.Equal(WipeKind.RolledBack, wipe.Kind);
        Assert.InRange(wipe.Lost!.Value, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));
        Assert.Equal(default, await marker.BeatAsync(default));
    }

    [SkippableTheory]
    [InlineData("production!epoch")]
    [InlineData("production!epoch:copy")]
    public async Task One_evicted_key_is_no_loss_and_stands_again_after_the_next_look(string key)
    {
        var marker = Process();
        await marker.BeatAsync(default);
        await redis.Reader.ExecuteAsync("DEL", key);

        Assert.Equal(default, await marker.BeatAsync(default));
        Assert.NotEmpty(await GetAsync(key));
    }

    [SkippableTheory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("abc 1")]
    public async Task A_damaged_marker_counts_as_gone(string text)
    {
        var marker = Process();
        await marker.BeatAsync(default);
        await redis.Reader.ExecuteAsync("SET", Keys.Epoch, text);
        await redis.Reader.ExecuteAsync("SET", Keys.EpochCopy, text);

        Assert.Equal(WipeKind.Emptied, (await marker.BeatAsync(default)).Wipe!.Kind);
        Assert.Equal(default, await marker.BeatAsync(default));
    }

    [SkippableFact]
    public async Task A_warm_up_under_way_is_seen()
    {
        var marker = Process();
        await marker.BeatAsync(default);
        await new WarmMarks(redis.Client, Keys, "production").PermitAsync(TimeSpan.FromMilliseconds(1), default);

        Assert.True((await marker.BeatAsync(default)).IsWarming);
    }

    private async Task<string> GetAsync(string key) => (string)(await redis.Reader.ExecuteAsync("GET", key))!;

    private EpochMarker Process()
    {
        Prerequisite.RedisServer.Demand();
        return new EpochMarker(redis.Client, Keys, TimeProvider.System);
    }
}
