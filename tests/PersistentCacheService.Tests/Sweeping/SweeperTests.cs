using System.Globalization;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Refetching;
using PersistentCacheService.Sweeping;
using PersistentCacheService.Tests.Caching;
using TestKit;

namespace PersistentCacheService.Tests.Sweeping;

/// <summary>What is saved of a way through the cached customers when its work puts things off, with a real Redis.</summary>
public sealed class SweeperTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private const int Customers = 1_000;

    public async Task InitializeAsync()
    {
        if (Prerequisite.RedisServer.IsPresent)
        {
            await redis.StartEmptyAsync();
            for (var i = 0; i < Customers; i++)
            {
                await redis.Reader.ExecuteAsync("SET", string.Create(CultureInfo.InvariantCulture, $"production:c_customer-{i}#timestamp"), "1");
            }
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [SkippableFact]
    public async Task A_place_is_saved_when_what_was_put_off_before_it_is_done_and_with_all_that_was_wrong()
    {
        Prerequisite.RedisServer.Demand();
        var ledger = await RequestAsync();
        var (work, stop) = (new PuttingOff { StopsAfter = Customers / 2 }, new CancellationTokenSource());
        work.Stop = stop.CancelAsync;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sweeper(ledger, work).RunAsync(NullLogger.Instance, stop.Token));
        Assert.Equal((0, 0), await PlaceAsync(ledger));

        work = new PuttingOff { Done = Task.CompletedTask, Drifted = 3, StopsAfter = Customers / 2 };
        using var again = new CancellationTokenSource();
        work.Stop = again.CancelAsync;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sweeper(ledger, work).RunAsync(NullLogger.Instance, again.Token));
        var (done, drifted) = await PlaceAsync(ledger);
        Assert.InRange(done, 20, Customers / 2);
        Assert.InRange(drifted, 1, Customers);

        var ended = await Sweeper(ledger, new PuttingOff { Done = Task.CompletedTask }).RunAsync(NullLogger.Instance, default);
        Assert.Equal((Customers, drifted), (ended!.Done, ended.Drifted));
        Assert.Null(await ledger.ReadAsync(default));
        stop.Dispose();
    }

    [SkippableFact]
    public async Task The_end_waits_for_what_was_put_off()
    {
        Prerequisite.RedisServer.Demand();
        var (ledger, done) = (await RequestAsync(), new TaskCompletionSource());
        var work = new PuttingOff { Done = done.Task };
        var run = Sweeper(ledger, work).RunAsync(NullLogger.Instance, default);
        await Eventually.HoldsAsync(() => work.Count >= Customers, "all customers are done");
        Assert.NotNull(await ledger.ReadAsync(default));

        done.SetResult();
        Assert.NotNull(await run);
        Assert.Null(await ledger.ReadAsync(default));
    }

    private static async Task<(long Done, long Drifted)> PlaceAsync(SweepLedger ledger) =>
        await ledger.ReadAsync(default) is { } found ? (found.Sweep.Done, found.Sweep.Drifted) : (-1, -1);

    private async Task<SweepLedger> RequestAsync()
    {
        var ledger = new SweepLedger(redis.Client, new SweepKeys("production", "audit"));
        await ledger.RequestAsync(1, default);
        return ledger;
    }

    private Sweeper Sweeper(SweepLedger ledger, PuttingOff work) => new(
        ledger, new CachedCustomers(redis.Client, "production"), work, new SweepTerms(1, CallsAtOnce: 1), new SweepProgress(TimeProvider.System), TimeProvider.System);

    /// <summary>Work that makes no calls, and stops in the middle where that is wanted. Every customer is wrong where <see cref="Drifted"/> is not 0.</summary>
    private sealed class PuttingOff : ISweepWork
    {
        private long _drifted;

        public Task Done { get; init; } = new TaskCompletionSource().Task;

        public Func<Task> Stop { get; set; } = static () => Task.CompletedTask;

        public int StopsAfter { get; init; } = int.MaxValue;

        public int Count { get; private set; }

        public Task PutOff => Done;

        public long Drifted
        {
            get => _drifted;
            init => _drifted = value;
        }

        public async Task<bool> RunAsync(CustomerIdentity customer, SweepState sweep, CallPace pace, CancellationToken cancellationToken)
        {
            _drifted += _drifted > 0 ? 1 : 0;
            if (++Count == StopsAfter)
            {
                await Stop();
            }

            return false;
        }
    }
}
