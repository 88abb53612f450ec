using System.Globalization;
using EntitlementCache.Messages;
using EntitlementCache.Settings;
using PersistentCacheService.Auditing;
using PersistentCacheService.Commands.Inspect;
using PersistentCacheService.Refetching;
using PersistentCacheService.Sweeping;
using PersistentCacheService.Tests.Caching;
using PersistentCacheService.Tests.EdgeApi;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Messages;

namespace PersistentCacheService.Tests.Auditing;

/// <summary>When a difference counts, with a real Redis and a real HTTP server, and a clock that the test moves.</summary>
public sealed class AuditorTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private const long Time = 1_767_225_600_000; // 2026-01-01
    private static readonly CustomerIdentity Customer = new("customer-1"u8.ToArray(), default);
    private static readonly CacheSettings Settings = RedisFixture.Upsert with { UpdatePolicy = CacheUpdatePolicy.UpdateIfExists };

    private readonly ManualTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(Time + 1_000_000));
    private readonly List<AuditFinding> _found = [];
    private EdgeHarness? _edge;
    private AuditTally? _tally;
    private bool _isLate;

    public async Task InitializeAsync()
    {
        if (Prerequisite.RedisServer.IsPresent)
        {
            await redis.StartEmptyAsync();
            _edge = await EdgeHarness.StartAsync();
            await CacheAsync(limit: 5, Time);
            Answer(limit: 10, Time);
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
    public async Task A_difference_that_lasts_is_told_after_a_second_answer()
    {
        await using var auditor = Create();
        await RunAsync(auditor);
        await EndAsync(auditor);

        Assert.Equal((0, 1), (_tally!.CountOf(AuditResult.Right), _tally.CountOf(AuditResult.Drifted)));
        Assert.Equal("usageLimit is 5, the Edge API says 10", Assert.Single(Assert.Single(_found).Drifts).Detail);
        Assert.Equal(2, _edge!.Server.CallsFor("customer-1"));
    }

    [SkippableFact]
    public async Task What_the_message_that_was_on_its_way_mends_is_right()
    {
        await using var auditor = Create();
        await RunAsync(auditor);
        await CacheAsync(limit: 10, Time);
        await EndAsync(auditor);

        Assert.Equal((1, 0), (_tally!.CountOf(AuditResult.Right), _tally.CountOf(AuditResult.Drifted)));
        Assert.Equal(1, _edge!.Server.CallsFor("customer-1"));
    }

    [SkippableFact]
    public async Task A_first_answer_that_has_become_old_is_no_drift()
    {
        // An answer without a time of its own counts as newer than the cached state, which is in fact newer.
        await using var auditor = Create();
        await RunAsync(auditor);
        await CacheAsync(limit: 20, Time);
        Answer(limit: 20, Time);
        await EndAsync(auditor);

        Assert.Equal((1, 0), (_tally!.CountOf(AuditResult.Right), _tally.CountOf(AuditResult.Drifted)));
        Assert.Empty(_found);
    }

    [SkippableFact]
    public async Task What_changed_between_the_two_answers_alone_is_no_drift()
    {
        await using var auditor = Create();
        await CacheAsync(limit: 10, Time, name: "Places");
        await RunAsync(auditor);
        Answer(limit: 11, Time);
        await EndAsync(auditor);

        Assert.Equal((1, 0), (_tally!.CountOf(AuditResult.Right), _tally.CountOf(AuditResult.Drifted)));
        Assert.Equal(DriftKind.Display, Assert.Single(Assert.Single(_found).Drifts).Kind);
    }

    [SkippableFact]
    public async Task While_messages_are_late_nothing_is_compared_and_no_difference_counts()
    {
        await using var auditor = Create();
        await RunAsync(auditor);
        _isLate = true;
        for (var i = 0; i < 10; i++)
        {
            await Eventually.HoldsAsync(() => _time.WaitingTimers > 0, "it waits");
            _time.Advance(AuditTerms.UsualGrace);
        }

        var next = RunAsync(auditor);
        await Eventually.HoldsAsync(() => _time.WaitingTimers > 1, "the next customer waits, too");
        Assert.Equal(1, _edge!.Server.CallsFor("customer-1"));

        _isLate = false;
        await CacheAsync(limit: 10, Time);
        await EndAsync(auditor);
        await next;
        Assert.Equal((2, 0), (_tally!.CountOf(AuditResult.Right), _tally.CountOf(AuditResult.Drifted)));
    }

    [SkippableFact]
    public async Task The_second_answer_repairs()
    {
        await using var auditor = Create(repairs: true);
        await RunAsync(auditor);
        Assert.False(auditor.PutOff.IsCompleted);
        await EndAsync(auditor);

        Assert.True(Assert.Single(_found).IsRepaired);
        Assert.Equal((1, 0, 2), (_tally!.Repaired, auditor.Drifted, _edge!.Server.CallsFor("customer-1")));
        Assert.Contains("\"usageLimit\":10", (string)(await redis.Reader.ExecuteAsync("GET", "production:c_customer-1"))!, StringComparison.Ordinal);
        Assert.Null(await redis.Reader.ExecuteAsync("GET", "production!warm"));
    }

    [SkippableFact]
    public async Task Second_looks_at_many_differences_take_one_call_at_a_time()
    {
        await using var auditor = Create();
        for (var i = 0; i < 10; i++)
        {
            await RunAsync(auditor);
        }

        _edge!.Server.Answer = EdgeAnswer.Slow(TimeSpan.FromMilliseconds(50));
        await EndAsync(auditor);

        Assert.Equal((10, 20), (_tally!.CountOf(AuditResult.Drifted), _edge.Server.CallsFor("customer-1")));
        Assert.Equal(1, _edge.Server.MostInFlight);
    }

    [SkippableFact]
    public async Task The_end_of_the_way_through_the_cache_ends_no_second_look_and_the_end_of_the_audit_ends_it_without_a_word()
    {
        var auditor = Create();
        using (var way = new CancellationTokenSource())
        {
            await auditor.RunAsync(Customer, new SweepState(Time), Pace(), way.Token);
            await way.CancelAsync();
        }

        var putOff = auditor.PutOff;
        Assert.False(putOff.IsCompleted);
        await auditor.DisposeAsync();
        await putOff;
        Assert.Equal((0, 0, 0), (_tally!.CountOf(AuditResult.Right), _tally.CountOf(AuditResult.Drifted), _tally.CountOf(AuditResult.Failed)));
    }

    private static EntitlementsMessage State(double limit, long time, string name = "Seats") => new()
    {
        CustomerId = "customer-1",
        Time = time,
        Entitlements = [new FeatureEntitlement(new Feature("seats", name, "NUMBER"), limit)],
    };

    private static CallPace Pace() => new(static (_, _) => Task.FromResult(true), 1000, TimeProvider.System);

    private async Task CacheAsync(double limit, long time, string name = "Seats")
    {
        foreach (var write in State(limit, time, name).Writes())
        {
            await redis.Reader.ExecuteAsync("SET", $"production:{write.Key}", write.Value().ToJsonString());
            await redis.Reader.ExecuteAsync("SET", $"production:{write.Key}#timestamp", time.ToString(CultureInfo.InvariantCulture));
        }
    }

    private void Answer(double limit, long time) => _edge!.Server.Store("customer-1", null, StiggMessages.EdgeEntitlements(State(limit, time)));

    private Auditor Create(bool repairs = false)
    {
        Prerequisite.RedisServer.Demand();
        _tally = new AuditTally(_time);
        var refetch = new CustomerRefetch(_edge!.Client, redis.Cache(Settings), _edge.Metrics, TimeProvider.System, static () => 0, _edge.Logs.Logger<CustomerRefetch>());
        return new Auditor(
            refetch, new SnapshotReader(redis.Client, "production", asksExpiries: false), new OrphanedUsage(redis.Client, "production"), Settings,
            new AuditTerms(Sample: null, AuditTerms.UsualGrace), _tally, _time)
        {
            SecondPace = Pace(),
            Repairs = repairs,
            AreMessagesLate = () => _isLate,
            Found = finding =>
            {
                lock (_found)
                {
                    _found.Add(finding);
                }
            },
        };
    }

    private static async Task RunAsync(Auditor auditor) => Assert.False(await auditor.RunAsync(Customer, new SweepState(Time), Pace(), default));

    private Task EndAsync(Auditor auditor) => Eventually.HoldsAsync(
        () =>
        {
            _time.AdvanceToNextTimer();
            return auditor.PutOff.IsCompleted;
        },
        "what was put off is done");
}
