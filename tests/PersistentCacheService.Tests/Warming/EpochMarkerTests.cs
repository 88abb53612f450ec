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
        Assert.Equal(new Wipe(WipeKind.Emptied, Lost: null), (await second.BeatAsync(default)).Wipe);
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
    [InlineData(0)]
    [InlineData(1)]
    public async Task Every_process_sees_one_roll_back_with_the_time_that_is_lost_whoever_looks_first(int firstToLook)
    {
        // The second one's last look is in the snapshot, the first one's is lost: their counts are equal afterwards, and higher soon.
        var time = new ManualTimeProvider();
        EpochMarker[] both = [Process(time), Process(time)];
        await both[0].BeatAsync(default);
        await both[1].BeatAsync(default);
        var text = await GetAsync(Keys.Epoch);
        time.Advance(TimeSpan.FromSeconds(2));
        await both[0].BeatAsync(default);
        await redis.Reader.ExecuteAsync("SET", Keys.Epoch, text);
        await redis.Reader.ExecuteAsync("SET", Keys.EpochCopy, text);
        time.Advance(TimeSpan.FromSeconds(2));

        Wipe?[] wipes = [null, null];
        for (var look = 0; look < 3; look++)
        {
            foreach (var i in (int[])[firstToLook, 1 - firstToLook])
            {
                var wipe = (await both[i].BeatAsync(default)).Wipe;
                Assert.True(wipe is null || wipes[i] is null, "one wipe is told once");
                wipes[i] ??= wipe;
            }
        }

        Assert.All(wipes, static wipe => Assert.Equal(new Wipe(WipeKind.RolledBack, TimeSpan.FromSeconds(4 + 60)), wipe));
    }

    [SkippableFact]
    public async Task Of_two_processes_on_two_servers_the_one_that_moves_sees_a_wipe_and_the_other_sees_none()
    {
        var (here, moved) = (Process(), Process());
        await moved.BeatAsync(default);
        await redis.StartEmptyAsync();
        await here.BeatAsync(default);

        Assert.Equal(new Wipe(WipeKind.Replaced, Lost: null), (await moved.BeatAsync(default)).Wipe);
        for (var look = 0; look < 2; look++)
        {
            Assert.Equal(default, await here.BeatAsync(default));
            Assert.Equal(default, await moved.BeatAsync(default));
        }
    }

    [SkippableFact]
    public async Task More_processes_than_the_marker_lists_see_no_wipe()
    {
        var all = Enumerable.Range(0, 40).Select(_ => Process()).ToList();
        for (var look = 0; look < 3; look++)
        {
            foreach (var marker in all)
            {
                Assert.Null((await marker.BeatAsync(default)).Wipe);
            }
        }
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

    private EpochMarker Process(TimeProvider? time = null)
    {
        Prerequisite.RedisServer.Demand();
        return new EpochMarker(redis.Client, Keys, time ?? TimeProvider.System);
    }
}
