using LocalSqs;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Invariants;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests;

/// <summary>Messages that carry only an id, and the Edge API in every mood.</summary>
public sealed class RefreshTests : IAsyncLifetime
{
    private static readonly Feature Seats = new("seats", "Seats", "NUMBER", "Fluctuating", ("seat", "seats"));
    private static readonly long Now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private RedisServer _redis = null!;
    private LocalSqsServer _sqs = null!;
    private LocalQueue _queue = null!;
    private FakeEdgeApi _edge = null!;

    public async Task InitializeAsync()
    {
        if (!Prerequisite.RedisServer.IsPresent && !Prerequisite.IsContinuousIntegration)
        {
            return;
        }

        _redis = await RedisServer.StartAsync();
        _sqs = await LocalSqsServer.StartAsync();
        _edge = await FakeEdgeApi.StartAsync();

        // So long that no message that is handled slowly is counted twice. Those that are given back come again when the worker says.
        _queue = _sqs.CreateQueue(new LocalQueueOptions("q") { VisibilityTimeoutSeconds = 60, DeadLetterQueue = "dead", MaxReceiveCount = 8 });
    }

    public async Task DisposeAsync()
    {
        if (_redis is not null)
        {
            await _edge.DisposeAsync();
            await _sqs.DisposeAsync();
            await _redis.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task A_refresh_writes_what_the_message_of_the_same_state_writes()
    {
        Prerequisite.RedisServer.Demand();
        var fetched = State("fetched");
        var sent = State("sent");
        _edge.Store("fetched", null, StiggMessages.EdgeEntitlements(fetched));
        _queue.Enqueue(sent.Body(), StiggMessages.EntitlementsWebhook("fetched"));
        await using var worker = await StartAsync();
        await AllAreDeletedAsync(worker);

        using var reader = await RedisReader.ConnectAsync(_redis.Host, _redis.Port);
        var all = await reader.ReadAllAsync();
        var keys = all.Keys.Where(static key => key.StartsWith("production:c_sent", StringComparison.Ordinal)).ToArray();
        Assert.True(keys.Length >= 6, string.Join(' ', keys));
        Assert.All(keys, key => Assert.Equal(all[key].Value, all[key.Replace("c_sent", "c_fetched", StringComparison.Ordinal)].Value));
        Assert.Equal(keys.Length * 2, all.Count);
        Assert.Equal(1, await worker.MetricAsync("""persistent_cache_messages_total{outcome="refreshed",type="entitlements_updated"}"""));
        Assert.Equal(1, await worker.MetricAsync("""persistent_cache_edge_calls_total{result="ok"}"""));
        Assert.Contains("\"edgeApi\":\"CONNECTED\"", (await worker.GetAsync("/readyz"))!.Value.Body, StringComparison.Ordinal);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task An_event_for_every_access_check_costs_no_call_no_warning_and_no_key()
    {
        Prerequisite.RedisServer.Demand();
        const int Checks = 10_000;
        _queue.Enqueue(Enumerable.Range(0, Checks).Select(static i =>
            $$"""{"type":"ENTITLEMENT_REQUESTED","customerId":"customer-{{i}}","featureId":"seats"}"""));
        await using var worker = await StartAsync(("BATCH_SIZE", "10"), ("CACHE_UPDATE_POLICY", "UPSERT"));
        await AllAreDeletedAsync(worker, TimeSpan.FromSeconds(60));

        Assert.Empty(_edge.Calls);
        Assert.Equal(Checks, await worker.MetricAsync("""persistent_cache_messages_total{outcome="ignored",type="no_effect"}"""));
        Assert.Equal(0, await worker.MetricAsync("persistent_cache_edge_refreshes_in_flight"));
        Assert.DoesNotContain(worker.Log, static line => (int?)line["event"] is >= 1200 and < 1300);
        using var reader = await RedisReader.ConnectAsync(_redis.Host, _redis.Port);
        Assert.Empty(await reader.ReadAllAsync());
    }

    [SkippableFact]
    public async Task A_message_about_several_customers_is_deleted_when_all_of_them_are_refreshed()
    {
        Prerequisite.RedisServer.Demand();
        var ids = Enumerable.Range(0, 40).Select(static i => $"customer-{i}").ToArray();
        foreach (var id in ids)
        {
            _edge.Store(id, null, StiggMessages.EdgeEntitlements(State(id)));
        }

        _edge.AnswerFor[ids[0]] = EdgeAnswer.Garbage;
        _queue.Enqueue($$"""{"type":"SUBSCRIPTIONS_MIGRATED","customerIds":["{{string.Join("\",\"", ids)}}"]}""");
        await using var worker = await StartAsync(("CACHE_UPDATE_POLICY", "UPSERT"));
        await worker.WaitUntilReadyAsync();
        await worker.WaitAsync(async () => await worker.MetricAsync("""persistent_cache_messages_total{outcome="failed",type="cache_sweep"}""") >= 1, "the message failed as a whole");
        Assert.Equal(1, _queue.Counts.Total);

        _edge.AnswerFor.Clear();
        await AllAreDeletedAsync(worker, TimeSpan.FromSeconds(60));

        Assert.Equal(1, await worker.MetricAsync("""persistent_cache_messages_total{outcome="refreshed",type="cache_sweep"}"""));
        using var reader = await RedisReader.ConnectAsync(_redis.Host, _redis.Port);
        var all = await reader.ReadAllAsync();
        Assert.All(ids, id => Assert.True(all.ContainsKey($"production:c_{id}"), id));
    }

    [SkippableFact]
    public async Task Under_update_if_exists_nobody_is_asked_about_who_is_not_cached()
    {
        Prerequisite.RedisServer.Demand();
        _edge.Store("cached", null, StiggMessages.EdgeEntitlements(State("cached")));
        await _redis.CliAsync("SET", "production:c_cached", "{}");
        await _redis.CliAsync("SET", "production:c_cached#timestamp", "1");
        _queue.Enqueue(StiggMessages.EntitlementsWebhook("absent"), StiggMessages.Unknown("moonPhaseChanged", "cached"));
        await using var worker = await StartAsync(("CACHE_UPDATE_POLICY", "UPDATE_IF_EXISTS"));
        await AllAreDeletedAsync(worker);

        Assert.Equal("cached", Assert.Single(_edge.Calls).CustomerId);
        Assert.Equal(1, await worker.MetricAsync("""persistent_cache_messages_total{outcome="skipped_absent",type="entitlements_updated"}"""));
        Assert.Equal(1, await worker.MetricAsync("""persistent_cache_messages_total{outcome="refreshed",type="unknown"}"""));
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task A_customer_that_is_gone_or_has_nothing_is_purged_and_a_denied_one_is_written()
    {
        Prerequisite.RedisServer.Demand();
        foreach (var customer in (string[])["gone", "empty", "denied"])
        {
            _queue.Enqueue(State(customer).Body());
        }

        await using var worker = await StartAsync();
        await AllAreDeletedAsync(worker);
        _edge.Store("empty", null, []);
        _edge.Store("denied", null, [], "CustomerNotFound");
        _queue.Enqueue(StiggMessages.EntitlementsWebhook("gone"), StiggMessages.EntitlementsWebhook("empty"), StiggMessages.EntitlementsWebhook("denied"));
        await AllAreDeletedAsync(worker);

        using var reader = await RedisReader.ConnectAsync(_redis.Host, _redis.Port);
        var all = await reader.ReadAllAsync();
        Assert.DoesNotContain("production:c_gone", all.Keys);
        Assert.DoesNotContain("production:c_empty#timestamp", all.Keys);
        Assert.Equal("{}", all["production:c_denied"].Value);
        Assert.Equal("""{"accessDeniedReason":"CustomerNotFound"}""", all["production:c_denied:metadata"].Value);
        Assert.Equal(2, await worker.MetricAsync("""persistent_cache_messages_total{outcome="purged",type="entitlements_updated"}"""));
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task A_wrong_key_is_told_with_its_remedy_and_shown_by_readyz_and_never_printed()
    {
        Prerequisite.RedisServer.Demand();
        _queue.Enqueue(StiggMessages.EntitlementsWebhook("c"), State("other").Body());
        await using var worker = await StartAsync(("SERVER_API_KEY", "wrong-key-3f1e"));
        var line = await worker.WaitForEventAsync(1400);

        Assert.Equal(50, (int)line["level"]!);
        Assert.Contains("SERVER_API_KEY", (string)line["msg"]!, StringComparison.Ordinal);
        await worker.WaitAsync(
            async () => await worker.GetAsync("/readyz") is var (status, body) && status == System.Net.HttpStatusCode.OK && body.Contains("\"edgeApi\":\"UNAUTHORIZED\"", StringComparison.Ordinal),
            "/readyz tells of the key");
        await worker.WaitAsync(() => Task.FromResult(_queue.Counts is { InFlight: 1, Total: 1 }), "the other message is deleted and the refresh given back");
        Assert.Equal(0, await worker.TerminateAsync());
        Assert.DoesNotContain("wrong-key", worker.Printed, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_stop_gives_waiting_refreshes_back_at_once()
    {
        Prerequisite.RedisServer.Demand();
        _edge.Answer = EdgeAnswer.Slow(TimeSpan.FromSeconds(1));
        _edge.Store("c0", null, StiggMessages.EdgeEntitlements(State("c0")));
        _queue.Enqueue(Enumerable.Range(0, 10).Select(static i => StiggMessages.EntitlementsWebhook($"c{i}")));
        await using var worker = await StartAsync(("EDGE_API_CONCURRENCY", "1"), ("VISIBILITY_TIMEOUT_IN_SECS", "60"));
        await worker.WaitAsync(() => Task.FromResult(_edge.Calls.Count > 0 && _queue.Counts.Ready == 0), "a call is under way");

        Assert.Equal(0, await worker.TerminateAsync());
        Assert.True(_queue.Counts.Ready >= 7, $"Visible again: {_queue.Counts.Ready} of 10");
        Assert.Equal(0, _queue.Counts.InFlight);
    }

    [SkippableFact]
    public async Task More_refreshes_than_may_wait_go_back_others_flow_and_all_arrive()
    {
        Prerequisite.RedisServer.Demand();
        const int Customers = 100; // One call at a time lets 64 wait.
        for (var i = 0; i < Customers; i++)
        {
            _edge.Store($"r{i}", null, StiggMessages.EdgeEntitlements(State($"r{i}")));
        }

        _edge.Answer = EdgeAnswer.Slow(TimeSpan.FromSeconds(1));
        _queue.Enqueue(Enumerable.Range(0, Customers).Select(static i => StiggMessages.EntitlementsWebhook($"r{i}")));
        await using var worker = await StartAsync(("EDGE_API_CONCURRENCY", "1"), ("VISIBILITY_TIMEOUT_IN_SECS", "60"), ("WAIT_TIME_IN_SECS", "1"));
        var line = await worker.WaitForEventAsync(1203);
        Assert.Contains("too many wait already", (string)line["msg"]!, StringComparison.Ordinal);

        _queue.Enqueue(State("other").Body());
        await worker.WaitAsync(
            async () => await worker.MetricAsync("""persistent_cache_messages_total{outcome="written",type="entitlements_updated"}""") == 1, "the other message is written");
        await worker.WaitAsync(
            async () => await worker.MetricAsync("""persistent_cache_visibility_returns_total{reason="edge_api_busy"}""") >= 1, "the queue has taken a refresh back");
        Assert.DoesNotContain("UNAVAILABLE", (await worker.GetAsync("/readyz"))!.Value.Body, StringComparison.Ordinal);

        _edge.Answer = EdgeAnswer.Normal;
        await AllAreDeletedAsync(worker, TimeSpan.FromSeconds(100));
        Assert.Equal(Customers, await worker.MetricAsync("""persistent_cache_messages_total{outcome="refreshed",type="entitlements_updated"}"""));
        Assert.Equal(1, _edge.MostInFlight);
        Assert.Equal(0, _sqs.Queue("dead").Counts.Total);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task A_flood_of_refreshes_of_one_customer_takes_few_calls()
    {
        Prerequisite.RedisServer.Demand();
        _edge.Store("hot", null, StiggMessages.EdgeEntitlements(State("hot")));
        _edge.Answer = EdgeAnswer.Slow(TimeSpan.FromMilliseconds(50));
        _queue.Enqueue(Enumerable.Repeat(StiggMessages.EntitlementsWebhook("hot"), 1_000));
        await using var worker = await StartAsync();
        await AllAreDeletedAsync(worker);

        Assert.InRange(_edge.Calls.Count, 1, 100);
        Assert.Equal(1_000, await worker.MetricAsync("""persistent_cache_messages_total{outcome="refreshed",type="entitlements_updated"}""") + await worker.MetricAsync("""persistent_cache_messages_total{outcome="skipped_older",type="entitlements_updated"}"""));
        Assert.Equal(1, _edge.MostInFlight);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    private static EntitlementsMessage State(string customer) => new()
    {
        CustomerId = customer,
        Time = Now,
        Entitlements =
        [
            new FeatureEntitlement(Seats, UsageLimit: 25, CurrentUsage: 7, Period: new Period(Now - 1_000_000, Now + 1_000_000)),
            new CreditEntitlement("ai-tokens", "AI tokens", Granted: 5000, Consumed: 1000.5, PeriodEnd: Now + 1_000_000),
        ],
    };

    private Task AllAreDeletedAsync(WorkerProcess worker, TimeSpan? deadline = null) =>
        worker.WaitAsync(() => Task.FromResult(_queue.Counts.Total == 0), "all messages are deleted", deadline);

    private Task<WorkerProcess> StartAsync(params ReadOnlySpan<(string Name, string? Value)> values) => WorkerProcess.StartAsync(
        WorkerEnvironment.For(_queue.Url, _redis).With(("EDGE_API_URL", _edge.Url), ("SERVER_API_KEY", _edge.ApiKey)).With(values));
}
