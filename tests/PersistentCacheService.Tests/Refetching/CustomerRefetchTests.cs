using System.Text;
using EntitlementCache.Caching;
using EntitlementCache.EdgeApi;
using EntitlementCache.Messages;
using EntitlementCache.Settings;
using PersistentCacheService.Refetching;
using PersistentCacheService.Sweeping;
using PersistentCacheService.Tests.Caching;
using PersistentCacheService.Tests.EdgeApi;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Messages;

namespace PersistentCacheService.Tests.Refetching;

/// <summary>One customer of a sweep, with a real Redis and a real HTTP server.</summary>
public sealed class CustomerRefetchTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private const long Stored = 1_767_225_600_000; // 2026-01-01
    private static readonly CustomerIdentity Customer = new(Encoding.UTF8.GetBytes("customer-1"), default);
    private static readonly CacheSettings Settings = new("production", 600, CacheUpdatePolicy.UpdateIfExists, CacheLayout.V3, LockRetryCount: 2);

    private EdgeHarness? _edge;

    public async Task InitializeAsync()
    {
        if (Prerequisite.RedisServer.IsPresent)
        {
            await redis.StartEmptyAsync();
            _edge = await EdgeHarness.StartAsync();
            foreach (var key in (string[])["production:c_customer-1", "production:c_customer-1:metadata"])
            {
                await redis.Reader.ExecuteAsync("SET", key, "{}");
                await redis.Reader.ExecuteAsync("SET", $"{key}#timestamp", $"{Stored}");
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

    [SkippableTheory]
    [InlineData(1, nameof(RefetchResult.Written))]
    [InlineData(0, nameof(RefetchResult.Written))]
    [InlineData(-1, nameof(RefetchResult.SkippedOlder))]
    public async Task The_newest_timestamp_wins_as_everywhere(long newer, string expected)
    {
        Answer(Stored + newer);

        Assert.Equal(expected, (await RunAsync()).ToString());
        Assert.Equal($"{Math.Max(Stored, Stored + newer)}", await redis.Reader.ExecuteAsync("GET", "production:c_customer-1#timestamp"));
    }

    [SkippableFact]
    public async Task One_who_is_gone_is_purged_and_one_who_was_purged_meanwhile_is_not_cached_again()
    {
        _edge?.Server.Remove("customer-1");
        Assert.Equal(RefetchResult.Purged, await RunAsync());

        Answer(Stored);
        Assert.Equal(RefetchResult.SkippedAbsent, await RunAsync());
        Assert.Null(await redis.Reader.ExecuteAsync("GET", "production:c_customer-1"));
    }

    [SkippableFact]
    public async Task An_API_that_throttles_or_fails_a_few_times_fails_nobody_and_every_attempt_takes_a_permit()
    {
        Answer(Stored + 1);
        EdgeAnswer[] moods = [EdgeAnswer.RateLimited(), EdgeAnswer.ServerError(), EdgeAnswer.Reset, EdgeAnswer.RateLimited()];
        _edge?.Server.Script(moods);

        Assert.Equal(RefetchResult.Written, await RunAsync());
        Assert.Equal(moods.Length + 1, _edge!.Server.Calls.Count);
    }

    [SkippableFact]
    public async Task One_whose_answer_is_never_usable_is_left_after_some_attempts_and_counted()
    {
        Prerequisite.RedisServer.Demand();
        _edge!.Server.Answer = EdgeAnswer.Garbage;

        Assert.Equal(RefetchResult.Failed, await RunAsync());
        Assert.Equal(CustomerRefetch.Attempts, _edge.Server.Calls.Count);
        Assert.Equal("{}", await redis.Reader.ExecuteAsync("GET", "production:c_customer-1"));
        Assert.Contains(nameof(EdgeResult.InvalidAnswer), Assert.Single(_edge.Logs.WithEvent(1257)).Message, StringComparison.Ordinal);
        Assert.Contains("customer-1", Assert.Single(_edge.Logs.WithEvent(1258)).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task One_whom_an_SDK_holds_locked_is_tried_again()
    {
        Answer(Stored + 1);
        await redis.Reader.ExecuteAsync("SET", "production-customer-1", "sdk");
        var run = RunAsync(TimeProvider.System);
        await Eventually.HoldsAsync(() => _edge!.Server.Calls.Count >= 2, "the customer is fetched again");
        await redis.Reader.ExecuteAsync("DEL", "production-customer-1");

        Assert.Equal(RefetchResult.Written, await run);
    }

    [Theory]
    [InlineData(1, 0, 0, 0.125)]
    [InlineData(1, 0, 0.999, 0.375)]
    [InlineData(3, 0, 0.5, 1)]
    [InlineData(100, 0, 0.5, 30)]
    [InlineData(1, 60, 0, 60)]
    [InlineData(100, 1, 0.999, 1.1)]
    public void Pauses_grow_and_are_as_long_as_the_API_asks_for(int attempt, double retryIn, double random, double expected) =>
        Assert.Equal(expected, CustomerRefetch.PauseAfter(attempt, TimeSpan.FromSeconds(retryIn), random).TotalSeconds, 0.01);

    private void Answer(long timestamp)
    {
        Prerequisite.RedisServer.Demand();
        var state = new EntitlementsMessage { CustomerId = "customer-1", Time = timestamp, Entitlements = [new FeatureEntitlement(new Feature("sso", "SSO", "BOOLEAN"))] };
        _edge!.Server.Store("customer-1", null, StiggMessages.EdgeEntitlements(state));
    }

    private async Task<RefetchResult> RunAsync(TimeProvider? time = null)
    {
        Prerequisite.RedisServer.Demand();
        var ledger = new SweepLedger(redis.Client, new SweepKeys("production"));
        await ledger.RequestAsync(Stored, default);
        Assert.NotNull(await ledger.TakeAsync(TimeSpan.FromMinutes(5), default));
        using var pace = new CallPace(ledger.PermitAsync, ratePerSecond: 1000, TimeProvider.System);
        var cache = new ScriptedCache(redis.Client, Settings, TimeProvider.System, static () => 0.5);
        var refetch = new CustomerRefetch(_edge!.Client, cache, _edge.Metrics, time ?? new HurriedTime(), static () => 0, _edge.Logs.Logger<CustomerRefetch>());
        var result = await refetch.RunAsync(Customer, Stored, pace, default);
        await ledger.EndAsync(default);
        return result;
    }

    /// <summary>Delays take a hundredth of their time.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime / 100, period);
    }
}
