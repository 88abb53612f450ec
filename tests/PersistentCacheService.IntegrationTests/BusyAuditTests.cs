using System.Globalization;
using LocalSqs;
using PersistentCacheService.FaultTests.OtherWriters;
using TestKit;
using TestKit.Invariants;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests;

/// <summary>No drift is reported on a busy healthy cache: an hour of messages of all kinds, as fast as the worker takes them, beside a writer that does as an SDK.</summary>
public sealed class BusyAuditTests : IAsyncLifetime
{
    private const long Start = 1_767_225_600_000; // 2026-01-01
    private const int Customers = 60;
    private const int WithResource = 20;
    private const int Seconds = 3_600;

    private static readonly Period Month = new(Start - 86_400_000, Start + (29 * 86_400_000L));

    private readonly CommandWorld _world = new();
    private readonly CustomerStates _cached;
    private readonly Random _random = new(Seed: 13);

    // The customers, and resources of some of them.
    private readonly EntitlementsMessage[] _states =
        [.. Enumerable.Range(0, Customers).Select(static i => State(i, null, Start)), .. Enumerable.Range(0, WithResource).Select(static i => State(i, "site", Start))];

    public BusyAuditTests() => _cached = new CustomerStates(_world);

    private LocalQueue Queue => _world.Sqs.Queue("main");

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [SkippableTheory]
    [InlineData("UPDATE_IF_EXISTS")]
    [InlineData("UPSERT")]
    public async Task On_a_busy_healthy_cache_no_drift_is_found(string policy)
    {
        Prerequisite.RedisServer.Demand();
        await _cached.CacheAsync(_states);
        _cached.Store(_states);
        using var sdk = await RedisReader.ConnectAsync(_world.Redis.Host, _world.Redis.Port);
        await using var worker = await WorkerProcess.StartAsync(_world.Environment().With(("CACHE_AUDIT_RATE_PER_MIN", "6000"), ("CACHE_UPDATE_POLICY", policy)));
        await worker.WaitUntilReadyAsync();
        await using var audit = await WorkerProcess.StartAsync(_world.Environment(), arguments: ["audit", "--all", "--rate", "5"]);
        for (var second = 1; second <= Seconds; second++)
        {
            await ChangeAsync(_random.Next(_states.Length), second, sdk, worker);
            if (second % 50 == 0)
            {
                // The command knows no queue: a message that is later than its grace is drift to it.
                await HandledAsync(worker);
            }
        }

        await AssertRightAsync(audit);
        await HandledAsync(worker);
        await using var after = await WorkerProcess.StartAsync(_world.Environment(), arguments: ["audit", "--all", "--rate", "500"]);
        await AssertRightAsync(after);
        await worker.WaitAsync(
            async () => await worker.MetricAsync("""persistent_cache_audited_customers_total{result="right"}""") > Customers * 3, "the worker has audited all, too");
        Assert.Equal(0, await worker.MetricAsync("persistent_cache_drift_ratio"));
        foreach (var kind in (string[])["missing", "stale", "different", "expired", "undecodable", "display"])
        {
            Assert.Equal(0, await worker.MetricAsync($$"""persistent_cache_drift_total{kind="{{kind}}"}"""));
        }

        Assert.Equal(0, await worker.TerminateAsync());
    }

    private static EntitlementsMessage State(int customer, string? resource, long time, double limit = 10, double usage = 7, double consumed = 3) => new()
    {
        CustomerId = string.Create(CultureInfo.InvariantCulture, $"customer-{customer}"),
        ResourceId = resource,
        Time = time,
        Entitlements =
        [
            new FeatureEntitlement(new Feature("seats", "Seats", "NUMBER", "Incremental", ("seat", "seats")), limit, usage, Month),
            new FeatureEntitlement(new Feature("sso", "SSO", "BOOLEAN")),
            new CreditEntitlement("coins", "Coins", Granted: 1_000, consumed, Month.End),
        ],
    };

    private static async Task AssertRightAsync(WorkerProcess audit)
    {
        Assert.True(await audit.WaitForExitAsync() == 0, audit.Printed);
        Assert.Matches(@"customers and resources compared, 0 of them wrong, 0 repaired, 0 could not be fetched; \d+ orphaned usages?, 0 other texts\.", audit.Printed);
    }

    /// <summary>The Edge API knows each change before anybody is told.</summary>
    private async Task ChangeAsync(int index, int second, RedisReader sdk, WorkerProcess worker)
    {
        var (old, time) = (_states[index], Start + (second * 1000L));
        var (seats, coins) = ((FeatureEntitlement)old.Entitlements[0], (CreditEntitlement)old.Entitlements[2]);
        var customer = index % Customers;
        switch (_random.Next(91))
        {
            case < 30:
                Change(index, State(customer, old.ResourceId, old.Time, seats.UsageLimit!.Value, second, coins.Consumed), time);
                Queue.Enqueue(new UsageMessage { CustomerId = old.CustomerId, ResourceId = old.ResourceId, Time = time, Id = "seats", CurrentUsage = second, Period = Month }.Body());
                break;
            case < 50:
                Change(index, State(customer, old.ResourceId, old.Time, seats.UsageLimit!.Value, seats.CurrentUsage!.Value, consumed: second), time);
                Queue.Enqueue(new UsageMessage { CustomerId = old.CustomerId, ResourceId = old.ResourceId, Time = time, Id = "coins", IsCredit = true, CurrentUsage = second, Period = new Period(Start, Month.End) }.Body());
                break;
            case < 70:
                ChangeTerms();
                Queue.Enqueue(_states[index].Body());
                break;
            case < 80:
                ChangeTerms();
                Queue.Enqueue(StiggMessages.EntitlementsWebhook(old.CustomerId, old.ResourceId));
                break;
            case 80:
                // Of a purge and what it overtakes the last to be delivered wins (CONTRACT 4): a late message of before it would bring an old state back.
                await HandledAsync(worker);
                Queue.Enqueue(StiggMessages.Purge((old.CustomerId, old.ResourceId)));
                await HandledAsync(worker);
                break;
            default:
                ChangeTerms();
                await WriteLikeSdkAsync(sdk, _states[index]);
                break;
        }

        void ChangeTerms() => Change(index, State(customer, old.ResourceId, time, _random.Next(5, 50), seats.CurrentUsage!.Value, coins.Consumed), time);
    }

    private Task HandledAsync(WorkerProcess worker) => worker.WaitAsync(() => Task.FromResult(Queue.Counts.Total == 0), "all messages are handled");

    private void Change(int index, EntitlementsMessage state, long time)
    {
        _states[index] = state;
        _cached.Store(state, time);
    }

    /// <summary>A reader that missed a customer, or whose time to ask again came; its lock may be held by another writer.</summary>
    private static async Task WriteLikeSdkAsync(RedisReader sdk, EntitlementsMessage state)
    {
        var writer = new SdkWriter(sdk, state);
        await Eventually.HoldsAsync(writer.TryLockAsync, "the lock is free");
        await writer.ReadAsync();
        await writer.WriteAsync();
        await writer.UnlockAsync();
    }
}
