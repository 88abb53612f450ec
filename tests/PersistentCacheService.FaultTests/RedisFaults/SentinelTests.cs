using System.Globalization;
using PersistentCacheService.FaultTests.World;
using TestKit.Processes;

namespace PersistentCacheService.FaultTests.RedisFaults;

/// <summary>Three real sentinels decide which of three servers is the primary.</summary>
public sealed class SentinelTests
{
    private readonly SentinelGuard _guard = new();

    [SkippableFact]
    public Task The_primary_and_a_sentinel_die_and_the_other_sentinels_promote_a_replica() => Outage.RunAsync(
        new Fault("Redis", "The primary and one of three sentinels die", "SIGKILL of both; the other two sentinels promote a replica")
        {
            Begin = async world =>
            {
                await _guard.Sentinels[0].KillAsync();
                await world.Redis.KillAsync();
            },
            End = world => _guard.PromotedAsync(world, _guard.Sentinels.Skip(1)),
        },
        _guard.Options);

    [SkippableFact]
    public Task A_frozen_primary_is_replaced_by_the_sentinels_and_thaws_as_a_primary_of_its_own() => Outage.RunAsync(
        new Fault("Redis", "The primary is frozen, replaced by three sentinels, and thaws", "SIGSTOP; the sentinels promote a replica; SIGCONT: the old one takes writes until they make it a replica")
        {
            Begin = static world =>
            {
                world.Redis.Send(Signal.Stop);
                return Task.CompletedTask;
            },
            End = async world =>
            {
                var frozen = world.Redis;
                await _guard.PromotedAsync(world);
                frozen.Send(Signal.Continue);
                await SentinelGuard.FollowsAsync(frozen);
            },
        },
        _guard.Options);

    [SkippableFact]
    public Task A_primary_is_replaced_by_the_sentinels_while_it_lives() => Outage.RunAsync(
        new Fault("Redis", "The sentinels replace a primary that lives", "`SENTINEL FAILOVER`: the old one takes writes for some seconds more, and then drops them")
        {
            Begin = async world =>
            {
                await _guard.Sentinels[0].CliAsync("SENTINEL", "FAILOVER", TestKit.SentinelServer.Master);
                await _guard.PromotedAsync(world);
            },
            Readyz = Expectation.Either,
            // What the old primary took after the promotion is gone with its demotion.
            RedisLosesData = true,
        },
        _guard.Options);

    [SkippableFact]
    public async Task Failover_after_failover_under_load_loses_nothing()
    {
        var failovers = FaultLength.Of(2, 6);
        await using var world = await FaultWorld.StartAsync(_guard.Options);
        await using var readyz = new ReadyzObserver(world.Worker);
        world.StartLoad();
        var recovery = TimeSpan.Zero;
        for (var number = 0; number < failovers; number++)
        {
            await ProcessesAsync(world);
            var dead = world.Redis;
            await dead.KillAsync();
            await _guard.PromotedAsync(world);
            var promoted = TimeProvider.System.GetTimestamp();
            await ProcessesAsync(world);
            recovery = TimeSpan.FromTicks(Math.Max(recovery.Ticks, TimeProvider.System.GetElapsedTime(promoted).Ticks));

            // It comes back empty, as a primary, and the sentinels make it a replica.
            await dead.RestartAsync();
            await SentinelGuard.FollowsAsync(dead);
        }

        await world.Load.StopAsync();
        await world.DrainedAsync();
        var messages = await world.HoldsAsync();
        new FaultRow(
            "Redis", nameof(Failover_after_failover_under_load_loses_nothing), $"{failovers} failovers of three sentinels, one after the other",
            "SIGKILL of each primary; it comes back empty and becomes a replica", readyz.Summary,
            $"connected {world.Worker.Log.Count(static line => (int?)line["event"] == 2001).ToString(CultureInfo.InvariantCulture)} times", FaultRow.Seconds(recovery), messages).Write();
        Assert.Equal(0, await world.Worker.TerminateAsync());
    }

    /// <summary>Messages are deleted, and so written.</summary>
    private static Task ProcessesAsync(FaultWorld world)
    {
        var goal = world.Queue.Figures.Deleted + 100;
        return world.Worker.WaitAsync(() => Task.FromResult(world.Queue.Figures.Deleted >= goal), "messages are processed", TimeSpan.FromMinutes(1));
    }
}
