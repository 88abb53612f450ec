using System.Text;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue;
using PersistentCacheService.Refetching;
using PersistentCacheService.Tests.Caching;
using PersistentCacheService.Tests.EdgeApi;
using PersistentCacheService.Warming;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Messages;

namespace PersistentCacheService.Tests.Warming;

/// <summary>Changes that come while a warm-up fetches their customers, with a real Redis and a real HTTP server.</summary>
public sealed class MissedChangesTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private readonly CapturedLogs _logs = new();
    private readonly SeenCustomers _seen = new(limit: 10, life: null, TimeProvider.System);
    private EdgeHarness? _edge;
    private EpochWatch? _watch;
    private MissedChanges? _missed;

    public async Task InitializeAsync()
    {
        if (Prerequisite.RedisServer.IsPresent)
        {
            await redis.StartEmptyAsync();
            _edge = await EdgeHarness.StartAsync();
            foreach (var id in (string[])["customer-1", "customer-2"])
            {
                _edge.Server.Store(id, null, StiggMessages.EdgeEntitlements(new EntitlementsMessage { CustomerId = id, Time = 5, Entitlements = [new FeatureEntitlement(new Feature("sso", "SSO", "BOOLEAN"))] }));
            }
        }
    }

    public async Task DisposeAsync()
    {
        if (_watch is not null)
        {
            await _missed!.StopAsync(default);
            await _watch.StopAsync(default);
            _missed.Dispose();
            _watch.Dispose();
        }

        if (_edge is not null)
        {
            await _edge.DisposeAsync();
        }

        _logs.Dispose();
    }

    [SkippableFact]
    public async Task Of_a_message_about_several_customers_each_is_looked_after_by_its_own_end()
    {
        var (witness, missed) = await StartAsync();
        await missed.StartAsync(default);

        witness.Observe(
            new Refresh(MessageType.EntitlementsUpdated, [Customer("customer-1"), Customer("customer-2")], unknownType: null),
            new Handled(MessageOutcome.Refreshed) { Each = [(Customer("customer-1"), MessageOutcome.Refreshed), (Customer("customer-2"), MessageOutcome.SkippedAbsent)] });

        await Eventually.HoldsAsync(() => missed.CountOf(RefetchResult.Written) == 1, "the one that was not cached is fetched");
        Assert.Equal((0, 1), (_edge!.Server.CallsFor("customer-1"), _edge.Server.CallsFor("customer-2")));
        Assert.Equal("customer-1", Assert.Single(_seen.Named(within: null)).CustomerIdText);
    }

    [SkippableFact]
    public async Task A_purge_is_a_change_too_and_undoes_an_answer_from_before_it()
    {
        var (witness, missed) = await StartAsync();
        await missed.StartAsync(default);
        _seen.Add(Customer("customer-1"));
        _edge!.Server.Remove("customer-1");
        await redis.Reader.ExecuteAsync("SET", "production:c_customer-1", "{}");
        await redis.Reader.ExecuteAsync("SET", "production:c_customer-1#timestamp", "5");

        witness.Observe(new Purge(MessageType.EntitlementsUpdated, [Customer("customer-1")]), new Handled(MessageOutcome.Purged));

        await Eventually.HoldsAsync(() => missed.CountOf(RefetchResult.Purged) == 1, "it is fetched, and purged again");
        Assert.Null(await redis.Reader.ExecuteAsync("GET", "production:c_customer-1"));
        Assert.Equal(0, _seen.Count);
    }

    [SkippableFact]
    public async Task One_that_could_not_be_fetched_is_counted_and_fetched_again()
    {
        var time = new ManualTimeProvider();
        var (_, missed) = await StartAsync(time);
        _edge!.Server.AnswerFor["customer-1"] = EdgeAnswer.Garbage;
        await missed.StartAsync(default);

        missed.Add(Customer("customer-1"));
        await Eventually.HoldsAsync(
            () =>
            {
                time.AdvanceToNextTimer();
                return missed.CountOf(RefetchResult.Failed) == 1;
            },
            "all attempts have failed");
        _edge.Server.AnswerFor.Clear();

        await Eventually.HoldsAsync(
            () =>
            {
                time.AdvanceToNextTimer();
                return missed.CountOf(RefetchResult.Written) == 1;
            },
            "it is fetched");
    }

    [SkippableFact]
    public async Task A_stop_fetches_what_waits_before_it_ends()
    {
        var (_, missed) = await StartAsync();
        missed.Add(Customer("customer-1"));

        await missed.StopAsync(default);

        Assert.Equal(1, missed.CountOf(RefetchResult.Written));
        Assert.Empty(_logs.WithEvent(1278));
    }

    [SkippableFact]
    public async Task A_stop_in_the_middle_of_a_fetch_does_not_forget_it()
    {
        var (_, missed) = await StartAsync();
        await missed.StartAsync(default);
        _edge!.Server.Script(EdgeAnswer.Hang);
        missed.Add(Customer("customer-1"));
        await Eventually.HoldsAsync(() => _edge.Server.CallsFor("customer-1") == 1, "it is being fetched");

        await missed.StopAsync(default);

        Assert.Equal(1, missed.CountOf(RefetchResult.Written));
    }

    [SkippableFact]
    public async Task Where_there_is_no_time_left_the_log_tells_how_many_changes_may_be_missing()
    {
        var (_, missed) = await StartAsync(timeToStop: TimeSpan.Zero);
        missed.Add(Customer("customer-1"));

        await missed.StopAsync(default);

        Assert.Equal(0, _edge!.Server.CallsFor("customer-1"));
        Assert.Contains("before 1 changed customers were fetched", Assert.Single(_logs.WithEvent(1278)).Message, StringComparison.Ordinal);
    }

    private static CustomerIdentity Customer(string id) => new(Encoding.UTF8.GetBytes(id), default);

    /// <summary>A warm-up is under way and holds both customers; the worker knows of it.</summary>
    private async Task<(EventWitness Witness, MissedChanges Missed)> StartAsync(TimeProvider? clock = null, TimeSpan? timeToStop = null)
    {
        Prerequisite.RedisServer.Demand();
        var (time, keys) = (clock ?? TimeProvider.System, new WarmKeys("production"));
        var marks = new WarmMarks(redis.Client, keys, "production");
        await marks.PermitAsync(TimeSpan.FromMilliseconds(1), default);
        await marks.ClaimAsync([Customer("customer-1"), Customer("customer-2")], skipsCached: false, skipsFetched: false, default);
        _watch = new EpochWatch(new EpochMarker(redis.Client, keys, TimeProvider.System), redis.Client, TimeProvider.System, _logs.Logger<EpochWatch>());
        await _watch.StartAsync(default);
        await Eventually.HoldsAsync(() => _watch.IsWarming, "the worker knows of the warm-up");

        var cache = new ScriptedCache(redis.Client, WarmParts.Creating(RedisFixture.Upsert), TimeProvider.System, static () => 0.5);
        var refetch = new CustomerRefetch(_edge!.Client, cache, _edge.Metrics, time, static () => 0, _logs.Logger<CustomerRefetch>());
        _missed = new MissedChanges(
            _watch, marks, refetch, new CallPace(marks.PermitAsync, 100, TimeProvider.System), () => timeToStop ?? TimeSpan.FromSeconds(20), time, _logs.Logger<MissedChanges>());
        return (new EventWitness(_seen, _missed), _missed);
    }
}
