using System.Globalization;
using System.Text.Json.Nodes;
using LocalSqs;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Invariants;
using TestKit.Messages;
using TestKit.Processes;

namespace PersistentCacheService.IntegrationTests;

/// <summary>A Redis that loses its data is noticed and refilled, by the worker and by the command: real processes, Redis, queue and Edge API.</summary>
public sealed class WarmTests : IAsyncLifetime
{
    private const long Time = 1_767_225_600_000; // 2026-01-01
    private const int Customers = 200;

    private readonly CommandWorld _world = new();
    private readonly CustomerStates _states;
    private readonly string _directory = Directory.CreateTempSubdirectory("warm-").FullName;

    public WarmTests() => _states = new CustomerStates(_world);

    private LocalQueue Queue => _world.Sqs.Queue("main");

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return _world.DisposeAsync();
    }

    [SkippableFact]
    public async Task Off_a_wipe_is_told_and_counted_and_the_command_refills_with_what_the_worker_remembers()
    {
        Prerequisite.RedisServer.Demand();
        await using var worker = await WorkerProcess.StartAsync(_world.Environment());
        await HandleAsync(worker, Customers);
        await _world.Redis.CliAsync("FLUSHALL");

        var line = await worker.WaitForEventAsync(1270, TimeSpan.FromSeconds(30));
        Assert.Contains("its marker is gone", (string)line["msg"]!, StringComparison.Ordinal);
        Assert.Equal(1, await worker.MetricAsync("""persistent_cache_redis_wiped_total{kind="emptied"}"""));
        Assert.Equal(Customers, await worker.MetricAsync("persistent_cache_seen_customers"));
        Assert.Empty(_states.Calls);

        var run = await WorkerProcess.RunAsync(_world.Environment().With(("PORT", $"{worker.Port}")), "warm", "--recent", "--rate", "500");
        Assert.True(run.ExitCode == 0, run.Printed);
        Assert.Matches(@"(?m)^Done after \d+ s: 200 customers and resources, 200 fetched, 0 were fresh, 0 could not be fetched\.$", run.Printed);
        await _states.AreCachedAsync(Some(Customers));
        Assert.Equal(1, await worker.MetricAsync("""persistent_cache_redis_wiped_total{kind="emptied"}"""));
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableTheory]
    [InlineData("UPSERT")]
    [InlineData("UPDATE_IF_EXISTS")]
    public async Task On_a_wipe_is_refilled_by_the_worker_itself_and_the_next_one_again(string policy)
    {
        Prerequisite.RedisServer.Demand();
        await using var worker = await WorkerProcess.StartAsync(_world.Environment().With(("CACHE_REFILL", "1"), ("CACHE_REFILL_RATE_PER_SEC", "500"), ("CACHE_UPDATE_POLICY", policy)));
        await _states.CacheAsync(Some(Customers));
        await HandleAsync(worker, Customers);
        for (var wipe = 1; wipe <= 2; wipe++)
        {
            await _world.Redis.CliAsync("FLUSHALL");
            await worker.WaitAsync(() => Task.FromResult(worker.Log.Count(static line => (int?)line["event"] == 1274) == wipe), "the cache is refilled");
            await _states.AreCachedAsync(Some(Customers));
            Assert.Equal(Customers * wipe, _states.Calls.Count);
        }

        Assert.Equal(2, await worker.MetricAsync("""persistent_cache_redis_wiped_total{kind="emptied"}"""));
        Assert.Equal(Customers * 2, await worker.MetricAsync("""persistent_cache_warm_customers_total{result="written"}"""));
        Assert.Equal(0, await worker.MetricAsync("persistent_cache_warm_running"));
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task A_restart_from_an_older_snapshot_is_noticed_and_what_changed_since_is_fetched()
    {
        Prerequisite.RedisServer.Demand();
        await using var worker = await WorkerProcess.StartAsync(_world.Environment().With(("CACHE_REFILL", "1"), ("CACHE_REFILL_RATE_PER_SEC", "500"), ("REDIS_COMMAND_TIMEOUT_IN_MS", "2000")));
        await worker.WaitUntilReadyAsync();
        await worker.WaitAsync(async () => await BeatsAsync() > 0, "the marker stands");
        await _world.Redis.CliAsync("SAVE");
        var saved = await BeatsAsync();
        await HandleAsync(worker, Customers);
        await worker.WaitAsync(async () => await BeatsAsync() > saved + 1, "the marker is newer than the snapshot");
        await _world.Redis.KillAsync();
        await _world.Redis.RestartAsync();

        var line = await worker.WaitForEventAsync(1270, TimeSpan.FromSeconds(60));
        Assert.Contains("(RolledBack): its marker is older than it was", (string)line["msg"]!, StringComparison.Ordinal);
        Assert.Equal(1, await worker.MetricAsync("""persistent_cache_redis_wiped_total{kind="rolled_back"}"""));
        await worker.WaitForEventAsync(1274, TimeSpan.FromSeconds(60));
        await _states.AreCachedAsync(Some(Customers));
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task What_changed_between_a_snapshot_of_a_refill_and_its_return_stands_again()
    {
        Prerequisite.RedisServer.Demand();
        await using var worker = await WorkerProcess.StartAsync(_world.Environment().With(("CACHE_REFILL", "1"), ("CACHE_REFILL_RATE_PER_SEC", "500"), ("REDIS_COMMAND_TIMEOUT_IN_MS", "2000")));
        await HandleAsync(worker, Customers);
        await _world.Redis.CliAsync("FLUSHALL");
        await worker.WaitForEventAsync(1274, TimeSpan.FromSeconds(60));
        await _world.Redis.CliAsync("SAVE");
        var saved = await BeatsAsync();
        var changed = Enumerable.Range(0, Customers).Select(static i => State(i) with { Time = Time + 1_000, Entitlements = [new FeatureEntitlement(new Feature("changed", "C", "BOOLEAN"))] }).ToList();
        _states.Store(changed);
        Queue.Enqueue(changed.Select(static state => state.Body()));
        await worker.WaitAsync(() => Task.FromResult(Queue.Counts.Total == 0), "all changes are handled");
        await worker.WaitAsync(async () => await BeatsAsync() > saved + 1, "the marker is newer than the snapshot");
        await _world.Redis.KillAsync();
        await _world.Redis.RestartAsync();

        await worker.WaitAsync(() => Task.FromResult(worker.Log.Count(static line => (int?)line["event"] == 1274) == 2), "the cache is refilled again");
        await _states.AreCachedAsync(changed);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task Beside_a_second_queue_a_refill_leaves_half_of_the_first_queues_calls_to_its_messages()
    {
        Prerequisite.RedisServer.Demand();
        _world.Sqs.CreateQueue("second");
        _world.Edge.Answer = EdgeAnswer.Slow(TimeSpan.FromMilliseconds(100));
        await using var worker = await WorkerProcess.StartAsync(_world.Environment().With(
            ("QUEUE_URL", $"{_world.Sqs.QueueUrl("main")},{_world.Sqs.QueueUrl("second")}"), ("EDGE_API_CONCURRENCY", "8"),
            ("CACHE_REFILL", "1"), ("CACHE_REFILL_RATE_PER_SEC", "500")));
        await HandleAsync(worker, 60);
        await _world.Redis.CliAsync("FLUSHALL");
        await worker.WaitForEventAsync(1274, TimeSpan.FromSeconds(60));

        // Of 8 calls 4 are the first queue's.
        Assert.Equal(2, _world.Edge.MostInFlight);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    /// <summary>Usage changes nothing while its customer is not cached, under either policy; and what a stopped worker has taken from the queue must not be lost with it.</summary>
    [SkippableTheory]
    [InlineData("UPSERT")]
    [InlineData("UPDATE_IF_EXISTS")]
    public async Task Usage_and_entitlements_that_change_during_a_refill_stand_in_the_end_though_a_worker_stops(string policy)
    {
        Prerequisite.RedisServer.Demand();
        var environment = _world.Environment().With(("CACHE_REFILL", "1"), ("CACHE_REFILL_RATE_PER_SEC", "50"), ("CACHE_UPDATE_POLICY", policy), ("CONSUMERS", "2"));
        var states = Enumerable.Range(0, Customers).Select(static i => Metered(i, limit: 10, usage: 1, Time)).ToArray();
        await _states.CacheAsync(states);
        _states.Store(states);
        await using var stays = await WorkerProcess.StartAsync(environment);
        Queue.Enqueue(states.Select(static state => state.Body()));
        await stays.WaitAsync(() => Task.FromResult(Queue.Counts.Total == 0), "the one that stays has seen all");
        await using var stops = await WorkerProcess.StartAsync(environment);
        await stops.WaitUntilReadyAsync();
        Queue.Enqueue(Enumerable.Repeat(states.Select(static state => state.Body()), 3).SelectMany(static bodies => bodies));
        await stays.WaitAsync(() => Task.FromResult(Queue.Counts.Total == 0), "the other one has seen some");
        await _world.Redis.CliAsync("FLUSHALL");
        await Task.WhenAll(stays.WaitForEventAsync(1273, TimeSpan.FromSeconds(30)), stops.WaitForEventAsync(1273, TimeSpan.FromSeconds(30)));

        Task<int>? stopped = null;
        for (var change = 1; change <= Customers * 2; change++)
        {
            var (i, time) = (change % Customers, Time + change);
            states[i] = change % 4 == 0 ? Metered(i, limit: 10 + change, change, time) : Metered(i, Limit(states[i]), change, states[i].Time);
            _states.Store(states[i], time);
            Queue.Enqueue(change % 4 == 0 ? states[i].Body() : new UsageMessage { CustomerId = states[i].CustomerId, Time = time, Id = "seats", CurrentUsage = change }.Body());
            if (change % 20 == 0)
            {
                var calls = Math.Min(change / 4, Customers / 2);
                await Eventually.HoldsAsync(() => _states.Calls.Count >= calls, $"{calls} calls are made");
                stopped ??= change >= Customers ? stops.TerminateAsync() : null;
            }
        }

        Assert.Equal(0, await stopped!);
        await stays.WaitForEventAsync(1274, TimeSpan.FromSeconds(60));
        await stays.WaitAsync(() => Task.FromResult(Queue.Counts.Total == 0), "all messages are handled");
        await Eventually.HoldsAsync(() => AreNewestAsync(states), "the newest state and the newest usage of every customer stand in Redis");
        Assert.Equal(0, await stays.TerminateAsync());
    }

    [SkippableFact]
    public async Task A_list_is_fetched_what_is_cached_is_left_alone_and_what_fails_is_told()
    {
        Prerequisite.RedisServer.Demand();
        await _states.CacheAsync(Some(50));
        _states.Store(Some(Customers));
        _states.Store([State(7) with { ResourceId = "site" }]);
        var list = Path.Combine(_directory, "customers.csv");
        await File.WriteAllLinesAsync(list, [.. Enumerable.Range(0, Customers).Select(static i => $"customer-{i}"), "customer-7,site", "", "customer-1"]);
        var environment = _world.Environment().With(("CACHE_UPDATE_POLICY", "UPDATE_IF_EXISTS"));

        var dryRun = await WorkerProcess.RunAsync(environment, "warm", list, "--dry-run", "--rate", "10");
        Assert.Equal(0, dryRun.ExitCode);
        Assert.StartsWith("201 customers and resources are named. Fetching all of them takes 21 s at 10 a second", dryRun.Printed, StringComparison.Ordinal);
        Assert.Empty(_world.Edge.Calls);

        _world.Edge.AnswerFor["customer-60"] = EdgeAnswer.Garbage;
        var first = await WorkerProcess.RunAsync(environment, "warm", list, "--rate", "1000", "--json");
        Assert.True(first.ExitCode == 4, first.Printed);
        var result = JsonNode.Parse(first.Output)!;
        Assert.Equal((201, 150, 50, 1), ((int)result["customers"]!, (int)result["fetched"]!, (int)result["fresh"]!, (int)result["failed"]!));
        Assert.DoesNotContain(_states.Calls, static call => call.CustomerId == "customer-3");

        _world.Edge.AnswerFor.Clear();
        var again = await WorkerProcess.RunAsync(environment, "warm", list, "--rate", "1000");
        Assert.Contains("201 customers and resources, 1 fetched, 200 were fresh, 0 could not be fetched.", again.Printed, StringComparison.Ordinal);
        await _states.AreCachedAsync(Some(Customers));

        var all = await WorkerProcess.RunAsync(environment, "warm", list, "--rate", "1000", "--all");
        Assert.Contains("201 customers and resources, 201 fetched, 0 were fresh", all.Printed, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Another_Redis_tells_whom_it_has_cached()
    {
        Prerequisite.RedisServer.Demand();
        await using var old = await RedisServer.StartAsync("--requirepass", "secret-0f");
        await CustomerStates.CacheAsync(old, Some(Customers), "blue:", "secret-0f");
        _states.Store(Some(Customers));
        var url = Path.Combine(_directory, "url");
        await File.WriteAllTextAsync(url, string.Create(CultureInfo.InvariantCulture, $"redis://:secret-0f@{old.Host}:{old.Port}/0\n"));

        var run = await WorkerProcess.RunAsync(_world.Environment(), "warm", "--from", $"@{url}", "--from-prefix", "blue", "--rate", "1000");
        Assert.True(run.ExitCode == 0, run.Printed);
        Assert.Contains("200 customers and resources, 200 fetched", run.Printed, StringComparison.Ordinal);
        await _states.AreCachedAsync(Some(Customers));

        var wrong = await WorkerProcess.RunAsync(_world.Environment(), "warm", "--from", string.Create(CultureInfo.InvariantCulture, $"redis://:not-it-9c@{old.Host}:{old.Port}"));
        Assert.Equal(78, wrong.ExitCode);
        Assert.DoesNotContain("not-it-9c", wrong.Printed, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Ctrl_C_loses_nothing_and_the_next_run_fetches_the_rest_alone()
    {
        Prerequisite.RedisServer.Demand();
        _states.Store(Some(600));
        var list = Path.Combine(_directory, "customers.csv");
        await File.WriteAllLinesAsync(list, Enumerable.Range(0, 600).Select(static i => $"customer-{i}"));
        await using (var command = await WorkerProcess.StartAsync(_world.Environment(), arguments: ["warm", list, "--rate", "100"]))
        {
            await Eventually.HoldsAsync(() => _states.Calls.Count > 250, "a batch is done");
            command.Send(Signal.Interrupt);
            Assert.Equal(75, await command.WaitForExitAsync());
            Assert.Contains("run warm again to continue", command.Printed, StringComparison.Ordinal);
        }

        var again = await WorkerProcess.RunAsync(_world.Environment(), "warm", list, "--rate", "1000");

        Assert.True(again.ExitCode == 0, again.Printed);
        Assert.InRange(_states.Calls.Count, 600, 640);
        await _states.AreCachedAsync(Some(600));
    }

    [SkippableFact]
    public async Task Two_commands_at_once_share_the_work()
    {
        Prerequisite.RedisServer.Demand();
        _states.Store(Some(400));
        var list = Path.Combine(_directory, "customers.csv");
        await File.WriteAllLinesAsync(list, Enumerable.Range(0, 400).Select(static i => $"customer-{i}"));

        var runs = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => WorkerProcess.RunAsync(_world.Environment(), "warm", list, "--rate", "400", "--json")));

        Assert.All(runs, static run => Assert.True(run.ExitCode == 0, run.Printed));
        Assert.Equal(400, _states.Calls.Count);
        await _states.AreCachedAsync(Some(400));
    }

    [SkippableTheory]
    [InlineData("SERVER_API_KEY", "of-another-environment", 78, "Remedy: check SERVER_API_KEY")]
    [InlineData("EDGE_API_URL", "http://127.0.0.1:1", 69, "Remedy: check EDGE_API_URL")]
    [InlineData("REDIS_PORT", "1", 69, "Remedy: check REDIS_HOST")]
    public async Task The_command_that_could_only_wait_ends_at_once(string variable, string value, int exitCode, string told)
    {
        Prerequisite.RedisServer.Demand();
        var list = Path.Combine(_directory, "customers.csv");
        await File.WriteAllTextAsync(list, "customer-1\n");
        var run = await WorkerProcess.RunAsync(_world.Environment().With((variable, value)), "warm", list);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(told, run.Printed, StringComparison.Ordinal);
    }

    private static EntitlementsMessage State(int customer) => new()
    {
        CustomerId = string.Create(CultureInfo.InvariantCulture, $"customer-{customer}"),
        Time = Time,
        Entitlements = [new FeatureEntitlement(new Feature("feature", "F", "BOOLEAN"))],
    };

    private static EntitlementsMessage Metered(int customer, double limit, double usage, long time) => State(customer) with
    {
        Time = time,
        Entitlements = [new FeatureEntitlement(new Feature("seats", "Seats", "NUMBER", "Incremental", ("seat", "seats")), limit, usage)],
    };

    private static double Limit(EntitlementsMessage state) => ((FeatureEntitlement)state.Entitlements[0]).UsageLimit!.Value;

    private async Task<bool> AreNewestAsync(IEnumerable<EntitlementsMessage> states)
    {
        using var redis = await RedisReader.ConnectAsync(_world.Redis.Host, _world.Redis.Port);
        var all = await redis.ReadAllAsync();
        return states.All(state =>
        {
            var (key, usage) = ($"production:c_{state.CustomerId}", ((FeatureEntitlement)state.Entitlements[0]).CurrentUsage!.Value);
            return all.GetValueOrDefault(key)?.Value is { } entries && (double)JsonNode.Parse(entries)!["seats"]!["calculatedEntitlement"]!["usageLimit"]! == Limit(state)
                && all.GetValueOrDefault($"{key}:f_seats")?.Value is { } value && (double)JsonNode.Parse(value)!["currentUsage"]! == usage;
        });
    }

    private static IEnumerable<EntitlementsMessage> Some(int customers) => Enumerable.Range(0, customers).Select(State);

    /// <summary>Lets the Edge API know the customers and the worker handle an event about each; the worker has looked at the marker.</summary>
    private async Task HandleAsync(WorkerProcess worker, int customers)
    {
        _states.Store(Some(customers));
        Queue.Enqueue(Some(customers).Select(static state => state.Body()));
        await worker.WaitAsync(() => Task.FromResult(Queue.Counts.Total == 0), "all messages are handled");
        await worker.WaitAsync(async () => await BeatsAsync() > 0, "the marker stands");
    }

    private async Task<long> BeatsAsync() =>
        (await _world.Redis.CliAsync("GET", "production!epoch")).Split(' ') is [_, var beats, ..] ? long.Parse(beats, CultureInfo.InvariantCulture) : 0;
}
