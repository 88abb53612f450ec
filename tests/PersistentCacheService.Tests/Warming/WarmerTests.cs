using System.Globalization;
using System.Text;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Settings;
using PersistentCacheService.Refetching;
using PersistentCacheService.Tests.Caching;
using PersistentCacheService.Tests.EdgeApi;
using PersistentCacheService.Warming;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Messages;

namespace PersistentCacheService.Tests.Warming;

/// <summary>A warm-up with a real Redis and a real HTTP server.</summary>
public sealed class WarmerTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private const int Customers = 30;
    private static readonly WarmTerms Terms = new(RatePerSecond: 1000, CallsAtOnce: 2, SkipsCached: true, SkipsFetched: true, HeadStart: TimeSpan.Zero);

    private EdgeHarness? _edge;

    public async Task InitializeAsync()
    {
        if (Prerequisite.RedisServer.IsPresent)
        {
            await redis.StartEmptyAsync();
            _edge = await EdgeHarness.StartAsync();
            foreach (var customer in All())
            {
                var state = new EntitlementsMessage { CustomerId = customer.CustomerIdText, Time = 5, Entitlements = [new FeatureEntitlement(new Feature("sso", "SSO", "BOOLEAN"))] };
                _edge.Server.Store(state.CustomerId, null, StiggMessages.EdgeEntitlements(state));
            }
        }
    }

    public async Task DisposeAsync()
    {
        if (_edge is not null)
        {
            await _edge.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task Every_customer_is_fetched_once_and_again_only_where_nothing_is_left_alone()
    {
        Assert.Equal(new WarmCounts(Customers, Customers, 0, 0), await RunAsync(Terms));
        Assert.Equal(new WarmCounts(Customers, 0, Customers, 0), await RunAsync(Terms));
        Assert.Equal(new WarmCounts(Customers, Customers, 0, 0), await RunAsync(Terms with { SkipsCached = false, SkipsFetched = false }));
        Assert.Equal(Customers * 2, _edge!.Server.Calls.Count);
    }

    [SkippableFact]
    public async Task What_is_newer_in_Redis_stays()
    {
        Prerequisite.RedisServer.Demand();
        await redis.Reader.ExecuteAsync("SET", "production:c_customer-1", "{}");
        await redis.Reader.ExecuteAsync("SET", "production:c_customer-1#timestamp", "6");
        await RunAsync(Terms with { SkipsCached = false });

        Assert.Equal("{}", await redis.Reader.ExecuteAsync("GET", "production:c_customer-1"));
        Assert.Equal("5", await redis.Reader.ExecuteAsync("GET", "production:c_customer-2#timestamp"));
    }

    [SkippableFact]
    public async Task Who_could_not_be_fetched_is_free_for_the_next_one()
    {
        Prerequisite.RedisServer.Demand();
        _edge!.Server.AnswerFor["customer-3"] = EdgeAnswer.Garbage;
        Assert.Equal(new WarmCounts(Customers, Customers - 1, 0, 1), await RunAsync(Terms));

        _edge.Server.AnswerFor.Clear();
        Assert.Equal(new WarmCounts(Customers, 1, Customers - 1, 0), await RunAsync(Terms));
    }

    [SkippableFact]
    public async Task Two_at_once_fetch_each_customer_once()
    {
        Prerequisite.RedisServer.Demand();
        var both = await Task.WhenAll(RunAsync(Terms), RunAsync(Terms));

        Assert.Equal(Customers, both.Sum(static counts => counts.Fetched));
        Assert.Equal(Customers, _edge!.Server.Calls.Count);
    }

    [SkippableFact]
    public async Task A_stop_gives_the_claims_up()
    {
        Prerequisite.RedisServer.Demand();
        _edge!.Server.Answer = EdgeAnswer.Hang;
        using var stop = new CancellationTokenSource();
        var run = RunAsync(Terms, cancellationToken: stop.Token);
        await Eventually.HoldsAsync(() => _edge.Server.Calls.Count > 0, "the warm-up has begun");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        _edge.Server.Answer = EdgeAnswer.Normal;
        Assert.Equal(new WarmCounts(Customers, Customers, 0, 0), await RunAsync(Terms));
    }

    [SkippableFact]
    public async Task Claims_live_as_long_as_calls_are_held_up()
    {
        Prerequisite.RedisServer.Demand();
        _edge!.Server.Answer = EdgeAnswer.Hang;
        using var stop = new CancellationTokenSource();
        var time = new ManualTimeProvider();
        var run = RunAsync(Terms, time, stop.Token);
        await Eventually.HoldsAsync(
            () =>
            {
                // The announcement can hold the first permit up.
                time.AdvanceToNextTimer();
                return _edge.Server.Calls.Count > 0;
            },
            "the warm-up has begun");
        for (var i = 0; i < 2; i++)
        {
            await redis.Reader.ExecuteAsync("PEXPIRE", "production!warm:c_customer-7", "30000");
            await Eventually.HoldsAsync(
                async () =>
                {
                    time.AdvanceToNextTimer();
                    return (long)(await redis.Reader.ExecuteAsync("PTTL", "production!warm:c_customer-7"))! > 30_000;
                },
                "the claim is renewed");
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [SkippableFact]
    public async Task Who_was_fetched_without_a_claim_is_fetched_again()
    {
        Prerequisite.RedisServer.Demand();
        _edge!.Server.AnswerFor["customer-7"] = EdgeAnswer.Slow(TimeSpan.FromSeconds(3));
        var run = RunAsync(Terms);
        await Eventually.HoldsAsync(() => _edge.Server.CallsFor("customer-7") == 1, "it is being fetched");
        await redis.Reader.ExecuteAsync("DEL", "production!warm:c_customer-7");

        // The second time it is cached, by this warm-up itself.
        Assert.Equal(new WarmCounts(Customers, Customers - 1, 1, 0), await run);
        Assert.Null(await redis.Reader.ExecuteAsync("GET", "production!warm:c_customer-7"));
    }

    private static CustomerIdentity[] All() =>
        [.. Enumerable.Range(0, Customers).Select(static i => new CustomerIdentity(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"customer-{i}")), default))];

    private async Task<WarmCounts> RunAsync(WarmTerms terms, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        Prerequisite.RedisServer.Demand();
        var cache = new ScriptedCache(redis.Client, WarmParts.Creating(RedisFixture.Upsert with { UpdatePolicy = CacheUpdatePolicy.UpdateIfExists }), TimeProvider.System, static () => 0.5);
        var refetch = new CustomerRefetch(_edge!.Client, cache, _edge.Metrics, TimeProvider.System, static () => 0, _edge.Logs.Logger<CustomerRefetch>());
        var warmer = new Warmer(new WarmMarks(redis.Client, new WarmKeys("production"), "production"), refetch, new WarmProgress(TimeProvider.System), time ?? TimeProvider.System);
        return await warmer.RunAsync(All(), terms, static (_, _) => Task.FromResult(false), cancellationToken);
    }
}
