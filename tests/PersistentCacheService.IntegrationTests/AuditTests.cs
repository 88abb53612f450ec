using System.Globalization;
using System.Text.Json.Nodes;
using LocalSqs;
using TestKit;
using TestKit.Invariants;
using TestKit.Messages;
using TestKit.Processes;

namespace PersistentCacheService.IntegrationTests;

/// <summary>Whether the cache is right: planted drift of each kind is found and explained, and none is where there is none.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private const long Time = 1_767_225_600_000; // 2026-01-01
    private const int Customers = 60;
    private const string Prefix = "production:c_customer-";

    private readonly CommandWorld _world = new();

    private LocalQueue Queue => _world.Sqs.Queue("main");

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [SkippableFact]
    public async Task Planted_drift_of_each_kind_is_found_explained_and_repaired()
    {
        Prerequisite.RedisServer.Demand();
        await FillAsync();
        await PlantAsync();

        var run = await WorkerProcess.RunAsync(_world.Environment(), "audit", "--all", "--rate", "500", "--json");
        Assert.True(run.ExitCode == 5, run.Printed);
        var report = JsonNode.Parse(run.Output)!;
        Assert.Equal((Customers, 8), ((int)report["compared"]!, (int)report["drifted"]!));
        var found = report["findings"]!.AsArray().Select(static finding => $"{finding!["customerId"]} {finding["kind"]} {finding["subject"]}").Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "customer-1 missing entitlement seats",
                "customer-1 orphaned_usage usage of seats",
                "customer-2 stale entitlement sso",
                "customer-3 different entitlement seats",
                "customer-4 expired entitlement seats",
                "customer-5 orphaned_usage usage of ghost",
                "customer-6 undecodable entitlements",
                "customer-7 stale usage of seats",
                "customer-8 missing usage of seats",
                "customer-9 stale entitlements",
            ],
            found);
        Assert.Contains(report["findings"]!.AsArray(), static finding => (string)finding!["detail"]! == "usageLimit is 5, the Edge API says 10");

        var text = await WorkerProcess.RunAsync(_world.Environment(), "audit", "--all", "--rate", "500", "--repair");
        Assert.True(text.ExitCode == 0, text.Printed);
        Assert.Contains("different       customer-3: entitlement seats: usageLimit is 5, the Edge API says 10 (repaired)", text.Printed, StringComparison.Ordinal);
        Assert.Contains("60 customers and resources compared, 8 of them wrong", text.Printed, StringComparison.Ordinal);
        Assert.Contains("differences wait for a second look)", text.Printed, StringComparison.Ordinal);
        Assert.Contains("8 repaired, 0 could not be fetched; 2 orphaned usages, 0 other texts.", text.Printed, StringComparison.Ordinal);

        var after = await WorkerProcess.RunAsync(_world.Environment(), "audit", "--all", "--rate", "500");
        Assert.True(after.ExitCode == 0, after.Printed);
        Assert.Contains("59 customers and resources compared, 0 of them wrong, 0 repaired, 0 could not be fetched; 1 orphaned usage, 0 other texts.", after.Printed, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_worker_audits_all_the_time_and_its_metrics_tell_what_is_wrong()
    {
        Prerequisite.RedisServer.Demand();
        await FillAsync();
        await using var worker = await WorkerProcess.StartAsync(_world.Environment().With(("CACHE_AUDIT_RATE_PER_MIN", "6000"), ("LOG_LEVEL", "debug")));
        await worker.WaitUntilReadyAsync();
        await worker.WaitAsync(async () => await worker.MetricAsync("""persistent_cache_audited_customers_total{result="right"}""") > Customers, "the cache is right");
        await _world.Redis.CliAsync("SET", $"{Prefix}3", "damaged");

        await worker.WaitForEventAsync(1280, TimeSpan.FromMinutes(1));
        Assert.InRange((await worker.MetricAsync("persistent_cache_drift_ratio"))!.Value, 0.000_01, 0.5);
        Assert.InRange((await worker.MetricAsync("""persistent_cache_drift_total{kind="undecodable"}"""))!.Value, 1, 1_000);
        Assert.InRange((await worker.MetricAsync("""persistent_cache_audited_customers_total{result="right"}"""))!.Value, 1, double.MaxValue);
        Assert.Contains("customer-3", (string)(await worker.WaitForEventAsync(1281))["msg"]!, StringComparison.Ordinal);
        Assert.Equal("damaged", await _world.Redis.CliAsync("GET", $"{Prefix}3"));
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task A_sample_is_compared_and_Ctrl_C_tells_what_was_found_so_far()
    {
        Prerequisite.RedisServer.Demand();
        await FillAsync();
        var sample = await WorkerProcess.RunAsync(_world.Environment(), "audit", "--sample", "20", "--rate", "500", "--json");
        Assert.True(sample.ExitCode == 0, sample.Printed);
        Assert.InRange((int)JsonNode.Parse(sample.Output)!["compared"]!, 3, 40);

        await using (var command = await WorkerProcess.StartAsync(_world.Environment(), arguments: ["audit", "--all", "--rate", "5"]))
        {
            await Eventually.HoldsAsync(() => _world.Edge.Calls.Count(static call => call.CustomerId is not null) > 60, "the audit has begun");
            command.Send(Signal.Interrupt);
            Assert.Equal(75, await command.WaitForExitAsync());
            Assert.Matches(@"(?m)^Stopped after \d+ s: \d+ customers and resources compared, 0 of them wrong", command.Printed);
        }

        var again = await WorkerProcess.RunAsync(_world.Environment(), "audit", "--all", "--rate", "500");
        Assert.True(again.ExitCode == 0, again.Printed);
        Assert.Contains("An interrupted audit continues after ", again.Printed, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("restart")]
    [InlineData("lease")]
    public async Task What_interrupts_it_for_a_moment_does_not_end_it(string what)
    {
        Prerequisite.RedisServer.Demand();
        await FillAsync();
        await _world.Redis.CliAsync("SAVE");
        await using var command = await WorkerProcess.StartAsync(_world.Environment(), arguments: ["audit", "--all", "--rate", "20"]);
        await Eventually.HoldsAsync(() => _world.Edge.Calls.Count(static call => call.CustomerId is not null) > 10, "the audit has begun");
        if (what == "lease")
        {
            await _world.Redis.CliAsync("DEL", "production!audit:once:lease");
        }
        else
        {
            await _world.Redis.KillAsync();
            await _world.Redis.RestartAsync();
        }

        Assert.True(await command.WaitForExitAsync() == 0, command.Printed);
        Assert.Matches(@"(?m)^Done after \d+ s: \d+ customers and resources compared, 0 of them wrong", command.Printed);
    }

    [SkippableFact]
    public async Task However_it_ends_it_tells_what_was_found_so_far()
    {
        Prerequisite.RedisServer.Demand();
        await FillAsync();
        await using var command = await WorkerProcess.StartAsync(_world.Environment(), arguments: ["audit", "--all", "--rate", "5"]);
        await Eventually.HoldsAsync(() => _world.Edge.Calls.Count(static call => call.CustomerId is not null) > 10, "the audit has begun");
        await _world.Redis.CliAsync("ACL", "SETUSER", "default", "-eval", "-evalsha");

        Assert.True(await command.WaitForExitAsync() == 78, command.Printed);
        Assert.Matches(@"(?m)^Stopped after \d+ s: \d+ customers and resources compared, 0 of them wrong", command.Printed);
    }

    [SkippableFact]
    public async Task What_an_interrupted_audit_found_wrong_is_wrong_at_its_end_too()
    {
        Prerequisite.RedisServer.Demand();
        await FillAsync();
        await _world.Redis.CliAsync("SET", "production!audit:once", "since=1 server= cursor=0 total=60 done=20 failed=0 drifted=3", "EX", "600");

        var run = await WorkerProcess.RunAsync(_world.Environment(), "audit", "--all", "--rate", "500");
        Assert.True(run.ExitCode == 5, run.Printed);
        Assert.Contains("An interrupted audit continues after 20 of 60 customers.", run.Printed, StringComparison.Ordinal);
        Assert.Contains("0 of them wrong", run.Printed, StringComparison.Ordinal);
        Assert.Contains("Before the interruption 3 were wrong.", run.Printed, StringComparison.Ordinal);
    }

    private static Period Month { get; } = new(Time - 86_400_000, Time + (29 * 86_400_000L));

    private static EntitlementsMessage State(int customer, long time, double limit = 10, double usage = 7) => new()
    {
        CustomerId = string.Create(CultureInfo.InvariantCulture, $"customer-{customer}"),
        Time = time,
        Entitlements =
        [
            new FeatureEntitlement(new Feature("seats", "Seats", "NUMBER", "Incremental", ("seat", "seats")), limit, usage, Month),
            new FeatureEntitlement(new Feature("sso", "SSO", "BOOLEAN")),
        ],
    };

    private async Task FillAsync()
    {
        var states = new CustomerStates(_world);
        var all = Enumerable.Range(0, Customers).Select(static i => State(i, Time)).ToList();
        await states.CacheAsync(all);
        states.Store(all);
    }

    /// <summary>One customer for each kind of drift.</summary>
    private async Task PlantAsync()
    {
        using var redis = await RedisReader.ConnectAsync(_world.Redis.Host, _world.Redis.Port);
        async Task EditAsync(int customer, Action<JsonObject> edit, long time = Time)
        {
            var value = JsonNode.Parse((string)(await redis.ExecuteAsync("GET", $"{Prefix}{customer}"))!)!.AsObject();
            edit(value);
            await redis.ExecuteAllAsync([["SET", $"{Prefix}{customer}", value.ToJsonString()], ["SET", $"{Prefix}{customer}#timestamp", $"{time}"]]);
        }

        await EditAsync(1, static value => value.Remove("seats"));
        await EditAsync(2, static value => value["sso"]!["calculatedEntitlement"]!["accessDeniedReason"] = "FeatureNotFound", Time - 1);
        await EditAsync(3, static value => value["seats"]!["calculatedEntitlement"]!["usageLimit"] = 5);
        await EditAsync(4, static value => value["seats"]!["calculatedEntitlement"]!["validUntil"] = Time - 1);
        await redis.ExecuteAllAsync(
        [
            ["SET", $"{Prefix}5:f_ghost", """{"currentUsage":1}"""], ["SET", $"{Prefix}5:f_ghost#timestamp", $"{Time}"],
            ["SET", $"{Prefix}6", "{\"seats\":"],
            ["SET", $"{Prefix}7:f_seats", """{"currentUsage":1}"""], ["SET", $"{Prefix}7:f_seats#timestamp", $"{Time - 1}"],
            ["DEL", $"{Prefix}8:f_seats", $"{Prefix}8:f_seats#timestamp"],
        ]);
        _world.Edge.Remove("customer-9");
    }
}
