using System.Text.Json.Nodes;
using LocalSqs;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Messages;
using TestKit.Processes;

namespace PersistentCacheService.IntegrationTests;

/// <summary>Events that concern every cached customer, and the command that does what they ask for: real worker processes, Redis, queue and Edge API.</summary>
public sealed class SweepTests : IAsyncLifetime
{
    private const long Old = 1_767_225_600_000; // 2026-01-01

    // So slow that the test does something while a sweep runs, also on a busy machine.
    private const string SlowRate = "50";

    // At that rate a batch is 100, two seconds' work, and what the last page of SCAN brings beyond that.
    private const int MoreThanABatch = 350;

    private const string Published = """{"type":"PACKAGE_PUBLISHED","environmentId":"e"}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly CommandWorld _world = new();
    private readonly CustomerStates _states;

    public SweepTests() => _states = new CustomerStates(_world);

    private LocalQueue Queue => _world.Sqs.Queue("main");

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [SkippableFact]
    public async Task Off_the_event_is_acknowledged_with_one_warning_an_hour()
    {
        Prerequisite.RedisServer.Demand();
        await CacheAsync(10);
        Queue.Enqueue(Enumerable.Repeat(Published, 50));
        await using var worker = await WorkerProcess.StartAsync(_world.Environment());
        await IsEmptyAsync(worker);

        var warning = Assert.Single(worker.Log, static line => (int?)line["event"] == 1209);
        Assert.Contains("CACHE_SWEEP=1", (string)warning["msg"]!, StringComparison.Ordinal);
        Assert.Equal(50, await worker.MetricAsync("""persistent_cache_messages_total{outcome="ignored",type="cache_sweep"}"""));
        Assert.Equal(0, await worker.MetricAsync("persistent_cache_sweep_running"));
        Assert.Equal(0, await worker.TerminateAsync());
        Assert.Empty(_states.Calls);
        Assert.Empty(await SweepKeysAsync());
    }

    [SkippableFact]
    public async Task On_every_cached_customer_and_resource_is_refreshed_and_events_of_meanwhile_are_one_more_sweep()
    {
        Prerequisite.RedisServer.Demand();
        const int Customers = 300;
        await CacheAsync(Customers, withResources: true);
        await using var worker = await WorkerProcess.StartAsync(_world.Environment().With(("CACHE_SWEEP", "1"), ("CACHE_SWEEP_RATE_PER_SEC", SlowRate), ("CACHE_UPDATE_POLICY", "UPDATE_IF_EXISTS")));
        await worker.WaitUntilReadyAsync();
        Queue.Enqueue(Published);
        await worker.WaitForEventAsync(1250);
        await worker.WaitAsync(async () => await worker.MetricAsync("persistent_cache_sweep_running") == 1, "the metrics show the sweep");
        Assert.InRange((await worker.MetricAsync("persistent_cache_sweep_customers_left"))!.Value, 1, Customers * 2);
        Queue.Enqueue(Enumerable.Repeat("""{"type":"EDGE_API_DATA_RESYNC"}""", 5));
        await worker.WaitAsync(async () => await worker.MetricAsync("persistent_cache_sweeps_completed_total") == 2, "both sweeps are completed", Patience);

        // Nobody cached these meanwhile, so SCAN of an unchanging set finds each once.
        var calls = _states.Calls;
        Assert.Equal(Customers * 2, calls.Select(static call => (call.CustomerId, call.ResourceId)).Distinct().Count());
        Assert.Equal(Customers * 4, calls.Count);
        Assert.Equal(Customers * 4, await worker.MetricAsync("""persistent_cache_sweep_customers_total{result="written"}"""));
        Assert.Equal(6, await worker.MetricAsync("""persistent_cache_messages_total{outcome="written",type="cache_sweep"}"""));
        Assert.Equal(0, await worker.MetricAsync("persistent_cache_sweep_running"));
        Assert.Equal(0, await worker.MetricAsync("persistent_cache_sweep_customers_left"));
        await worker.WaitAsync(async () => (await SweepKeysAsync()).Count == 0, "nothing is left of the sweeps");
        await HoldsNewStateAsync(Customers, withResources: true);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task A_stop_hands_the_sweep_over_at_once_and_a_restarted_Redis_starts_it_over()
    {
        Prerequisite.RedisServer.Demand();
        const int Customers = 700;
        await CacheAsync(Customers);
        var environment = _world.Environment().With(("CACHE_SWEEP", "1"), ("CACHE_SWEEP_RATE_PER_SEC", SlowRate), ("REDIS_COMMAND_TIMEOUT_IN_MS", "2000"));
        Queue.Enqueue(Published);
        await using (var first = await WorkerProcess.StartAsync(environment))
        {
            await first.WaitAsync(() => Task.FromResult(_states.Calls.Count > MoreThanABatch), "the first worker has saved its place", Patience);
            Assert.Equal(0, await first.TerminateAsync());
        }

        Assert.DoesNotContain("production!sweep:lease", await SweepKeysAsync());
        await using var second = await WorkerProcess.StartAsync(environment);
        var line = await second.WaitForEventAsync(1251);
        Assert.Matches(@"continues in this process: [1-9]\d* of 700 ", (string)line["msg"]!);

        // The data survives this restart, the meaning of the cursor does not.
        await _world.Redis.CliAsync("SAVE");
        await _world.Redis.RestartAsync();
        await second.WaitForEventAsync(1252, Patience);
        await second.WaitForEventAsync(1253, Patience);

        await HoldsNewStateAsync(Customers, withResources: false);
        Assert.Equal(0, await second.TerminateAsync());
    }

    [SkippableFact]
    public async Task The_command_counts_sweeps_and_tells_how_it_went()
    {
        Prerequisite.RedisServer.Demand();
        await CacheAsync(1_200);
        var environment = _world.Environment().With(("CACHE_SWEEP_RATE_PER_SEC", "600"));

        var dryRun = await WorkerProcess.RunAsync(environment.Without("SERVER_API_KEY"), "sweep", "--dry-run");
        Assert.Equal((0, "1,200 customers and resources are cached in production. A sweep makes as many calls to the Edge API and takes 2 s at 600 a second. Nothing was changed."), (dryRun.ExitCode, dryRun.Printed));
        Assert.Empty(_world.Edge.Calls);
        Assert.Empty(await SweepKeysAsync());

        var run = await WorkerProcess.RunAsync(environment, "sweep");
        Assert.True(run.ExitCode == 0, run.Printed);
        Assert.Matches(@"(?m)^Done after \d+ s: 1,200 customers and resources, 0 of them could not be refreshed\.$", run.Printed);
        Assert.DoesNotContain('\r', run.Printed);
        await HoldsNewStateAsync(1_200, withResources: false);
        await Eventually.HoldsAsync(async () => (await SweepKeysAsync()).Count == 0, "nothing is left of the sweep");

        _world.Edge.AnswerFor["customer-7"] = EdgeAnswer.Garbage;
        var incomplete = await WorkerProcess.RunAsync(environment.With(("CACHE_SWEEP_RATE_PER_SEC", "1000")), "sweep");
        Assert.Equal(4, incomplete.ExitCode);
        Assert.Contains("1 of them could not be refreshed", incomplete.Printed, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_command_tells_programs_how_it_went()
    {
        Prerequisite.RedisServer.Demand();
        await CacheAsync(3);

        var dryRun = await WorkerProcess.RunAsync(_world.Environment(), "sweep", "--dry-run", "--json");
        var sweep = await WorkerProcess.RunAsync(_world.Environment(), "sweep", "--json");

        Assert.Equal("""{"customers":3,"callsPerSecond":20,"seconds":1}""", dryRun.Printed);
        var end = JsonNode.Parse(sweep.Output)!;
        Assert.Equal((0, 3, 0), (sweep.ExitCode, (int)end["customers"]!, (int)end["failed"]!));
    }

    [SkippableFact]
    public async Task The_command_is_stopped_by_Ctrl_C_and_goes_on_when_it_is_run_again()
    {
        Prerequisite.RedisServer.Demand();
        await CacheAsync(800);
        var environment = _world.Environment().With(("CACHE_SWEEP_RATE_PER_SEC", SlowRate));
        await using (var command = await WorkerProcess.StartAsync(environment, arguments: ["sweep"]))
        {
            await Eventually.HoldsAsync(() => _states.Calls.Count > MoreThanABatch, "a batch is done");
            command.Send(Signal.Interrupt);
            Assert.Equal(75, await command.WaitForExitAsync());
            Assert.Contains("run sweep again to continue", command.Printed, StringComparison.Ordinal);
        }

        var before = _states.Calls.Count;
        var again = await WorkerProcess.RunAsync(environment.With(("CACHE_SWEEP_RATE_PER_SEC", "1000")), "sweep");

        Assert.Equal(0, again.ExitCode);
        Assert.Matches(@"(?m)^A sweep was interrupted and continues: [1-9]\d* of 800 customers are done\.$", again.Printed);
        Assert.InRange(_states.Calls.Count - before, 1, 799);
        await HoldsNewStateAsync(800, withResources: false);
    }

    [SkippableTheory]
    [InlineData("SERVER_API_KEY", "of-another-environment", 78, "Remedy: check SERVER_API_KEY")]
    [InlineData("EDGE_API_URL", "http://127.0.0.1:1", 69, "Remedy: check EDGE_API_URL")]
    [InlineData("CACHE_SWEEP_RATE_PER_SEC", "0", 78, "CACHE_SWEEP_RATE_PER_SEC is '0'")]
    public async Task The_command_that_could_only_wait_ends_at_once(string variable, string value, int exitCode, string told)
    {
        Prerequisite.RedisServer.Demand();
        var run = await WorkerProcess.RunAsync(_world.Environment().With((variable, value)), "sweep");

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(told, run.Printed, StringComparison.Ordinal);
        Assert.Empty(await SweepKeysAsync());
    }

    private static EntitlementsMessage State(int customer, string? resource, bool isNew) => new()
    {
        CustomerId = $"customer-{customer}",
        ResourceId = resource,
        Time = isNew ? Old + 1 : Old,
        Entitlements = [new FeatureEntitlement(new Feature(isNew ? "new-feature" : "old-feature", "F", "BOOLEAN"))],
    };

    /// <summary>Caches customers of old, and lets the Edge API know them as they are now.</summary>
    private async Task CacheAsync(int customers, bool withResources = false)
    {
        await _states.CacheAsync(States(customers, withResources, isNew: false));
        _states.Store(States(customers, withResources, isNew: true));
    }

    private Task HoldsNewStateAsync(int customers, bool withResources) => _states.AreCachedAsync(States(customers, withResources, isNew: true));

    private static IEnumerable<EntitlementsMessage> States(int customers, bool withResources, bool isNew) =>
        Enumerable.Range(0, customers).SelectMany(customer => withResources ? [State(customer, null, isNew), State(customer, "site", isNew)] : new[] { State(customer, null, isNew) });

    private async Task<IReadOnlyList<string>> SweepKeysAsync() =>
        (await _world.Redis.CliAsync("KEYS", "production!sweep*")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Task IsEmptyAsync(WorkerProcess worker) => worker.WaitAsync(() => Task.FromResult(Queue.Counts.Total == 0), "all messages are deleted");
}
