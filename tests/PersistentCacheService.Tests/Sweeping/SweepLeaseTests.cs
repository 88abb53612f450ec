using System.Globalization;
using EntitlementCache.Caching;
using EntitlementCache.Redis;
using PersistentCacheService.Sweeping;
using PersistentCacheService.Tests.Redis;
using TestKit;

namespace PersistentCacheService.Tests.Sweeping;

/// <summary>When a process must stop to sweep, with time that moves when told and a Redis of the test's own.</summary>
public sealed class SweepLeaseTests : IAsyncLifetime
{
    private const string Key = "production!sweep:lease";

    // A renewal is due after a quarter of the lease's life.
    private static readonly TimeSpan Beat = SweepLease.Life / 4;

    private readonly ManualTimeProvider _time = new();
    private RedisServer? _server;
    private RedisClient? _client;

    public async Task InitializeAsync()
    {
        if (Prerequisite.RedisServer.IsPresent)
        {
            _server = await RedisServer.StartAsync();
            _client = await RedisClients.ConnectAsync(RedisClients.For(_server));
        }
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _client!.DisposeAsync();
            await _server.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task It_is_renewed_again_and_again_and_outlives_its_life()
    {
        await using var lease = await TakeAsync();
        for (var beat = 0; beat < 8; beat++)
        {
            await _server!.CliAsync("PEXPIRE", Key, "3600000");
            await BeatAsync();
            await Eventually.HoldsAsync(async () => int.Parse(await _server.CliAsync("TTL", Key), CultureInfo.InvariantCulture) <= SweepLease.Life.TotalSeconds, "the lease is renewed");
        }

        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [SkippableFact]
    public async Task It_is_lost_as_soon_as_another_process_is_seen_to_have_it()
    {
        await using var lease = await TakeAsync();
        await _server!.CliAsync("SET", Key, "another");
        await BeatAsync();

        await Eventually.HoldsAsync(() => lease.Lost.IsCancellationRequested, "the lease is lost");
        Assert.Equal("another", await _server.CliAsync("GET", Key));
    }

    [SkippableFact]
    public async Task Without_Redis_it_is_lost_when_its_life_is_over_and_not_before()
    {
        await using var lease = await TakeAsync();
        await _server!.KillAsync();
        await _client!.LeavesReadyAsync();
        for (var beat = 0; beat < 3; beat++)
        {
            await BeatAsync();
            Assert.False(lease.Lost.IsCancellationRequested);
        }

        _time.Advance(Beat);
        Assert.True(lease.Lost.IsCancellationRequested);
    }

    /// <summary>Moves on to the next renewal, once it is waited for.</summary>
    private async Task BeatAsync()
    {
        // The end of the lease's life and the next renewal.
        await Eventually.HoldsAsync(() => _time.WaitingTimers == 2, "the lease waits for its next renewal");
        _time.Advance(Beat);
    }

    private async Task<SweepLease> TakeAsync()
    {
        Prerequisite.RedisServer.Demand();
        var ledger = new SweepLedger(_client!, new SweepKeys("production"));
        await ledger.RequestAsync(1, default);
        Assert.NotNull(await ledger.TakeAsync(TimeSpan.FromHours(1), default));
        return new SweepLease(ledger, _time.GetTimestamp(), _time);
    }
}
