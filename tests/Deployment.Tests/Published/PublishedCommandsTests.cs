using System.Globalization;
using System.Text.Json.Nodes;
using PersistentCacheService.IntegrationTests;
using PersistentCacheService.IntegrationTests.DeadLetters;
using TestKit.Messages;

namespace Deployment.Tests.Published;

/// <summary>Every command of the executable that ships, as an operator types it beside a running worker.</summary>
[Collection(PublishedCollection.Name)]
public sealed class PublishedCommandsTests(PublishedWorker published) : IAsyncLifetime
{
    private static readonly Dictionary<string, string?> Nothing = [];

    private readonly CommandWorld _world = new();

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [SkippableFact]
    public async Task Inspect_and_purge_see_what_the_worker_wrote_and_healthcheck_the_worker()
    {
        published.Demand();
        var customer = MessageGenerator.CustomerId(0);
        var queue = _world.Sqs.Queue("main");
        queue.Enqueue(new MessageGenerator { Customers = 1 }.Generate(20, prime: true).Select(message => message.Body()));
        await using var worker = await WorkerProcess.StartAsync(_world.Environment());
        await worker.WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "the queue is empty");
        var settings = _world.Environment().With(("PORT", worker.Port.ToString(CultureInfo.InvariantCulture)));

        // It gives the worker 3 s, which on a busy machine may be too short once.
        await worker.WaitAsync(async () => (await WorkerProcess.RunAsync(settings, "healthcheck")).ExitCode == 0, "healthcheck says ready");
        await worker.WaitAsync(async () => (await WorkerProcess.RunAsync(settings, "healthcheck", "--live")).ExitCode == 0, "healthcheck says live");
        var (table, json) = (await WorkerProcess.RunAsync(settings, "inspect", customer), await WorkerProcess.RunAsync(settings, "inspect", customer, "--json"));
        var purge = await WorkerProcess.RunAsync(settings, "purge", customer);
        var after = await WorkerProcess.RunAsync(settings, "inspect", customer);

        Assert.All([table, json, purge], run => Assert.True(run.ExitCode == 0, run.Printed));
        Assert.EndsWith("reader of v3: hit", table.Printed.TrimEnd(), StringComparison.Ordinal);
        Assert.NotEmpty(JsonNode.Parse(json.Output)!["items"]!.AsArray());
        Assert.Equal(3, after.ExitCode);
        Assert.Contains("reader of v3: miss", after.Printed, StringComparison.Ordinal);
        Assert.Equal(0, await worker.TerminateAsync());
        Assert.Equal(1, (await WorkerProcess.RunAsync(settings, "healthcheck")).ExitCode);
    }

    [SkippableFact]
    public async Task Sweep_counts_and_refreshes()
    {
        published.Demand();
        await _world.Redis.CliAsync("MSET", "production:c_customer-1", "{}", "production:c_customer-1#timestamp", "1");
        var settings = _world.Environment();

        var (dryRun, sweep) = (await WorkerProcess.RunAsync(settings, "sweep", "--dry-run"), await WorkerProcess.RunAsync(settings, "sweep"));

        Assert.All([dryRun, sweep], run => Assert.True(run.ExitCode == 0, run.Printed));
        Assert.StartsWith("1 customers and resources are cached in production.", dryRun.Printed, StringComparison.Ordinal);
        Assert.Equal(1, _world.Edge.CallsFor("customer-1"));
    }

    [SkippableFact]
    public async Task Dead_letters_are_listed_explained_replayed_and_dropped()
    {
        published.Demand();
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync("not JSON", DeadLetterWorld.Usage("customer-1", 1));

        var list = await world.JsonAsync("list");
        var explain = await world.RunAsync("explain", world.Dead.Peek()[0].MessageId[..8]);
        var replay = await world.RunAsync("replay", "--only", "applies-now", "--rate", "20");
        var drop = await world.RunAsync("drop", "--only", "malformed", "--yes");
        await world.GiveUpAllAsync();
        var move = await world.RunAsync("replay");

        Assert.Equal(2, (int)list["seen"]!);
        Assert.All([explain, replay, drop, move], run => Assert.True(run.ExitCode == 0, run.Printed));
        Assert.Contains("SQS moved about 1 message back", move.Printed, StringComparison.Ordinal);
        Assert.Equal((1, 0), (world.Main.Counts.Ready, world.Dead.Counts.Total));
    }

    [SkippableFact]
    public async Task Warm_fills_and_audit_compares()
    {
        published.Demand();
        var state = new EntitlementsMessage { CustomerId = "customer-1", Time = 1, Entitlements = [new FeatureEntitlement(new Feature("sso", "SSO", "BOOLEAN"))] };
        _world.Edge.Store("customer-1", null, StiggMessages.EdgeEntitlements(state));
        var settings = _world.Environment();
        var list = Path.GetTempFileName();
        await File.WriteAllTextAsync(list, "customer-1\n");

        var from = string.Create(CultureInfo.InvariantCulture, $"redis://{_world.Redis.Host}:{_world.Redis.Port}/0");
        FinishedProcess[] runs =
        [
            await WorkerProcess.RunAsync(settings, "warm", list, "--dry-run"), await WorkerProcess.RunAsync(settings, "warm", list, "--rate", "100"),
            await WorkerProcess.RunAsync(settings, "warm", "--from", from), await WorkerProcess.RunAsync(settings, "audit", "--sample", "500"),
            await WorkerProcess.RunAsync(settings, "audit", "--all", "--repair"),
        ];
        File.Delete(list);

        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Printed));
        Assert.Contains("1 fetched", runs[1].Printed, StringComparison.Ordinal);
        Assert.Contains("1 were fresh", runs[2].Printed, StringComparison.Ordinal);
        Assert.Contains("1 customers and resources compared, 0 of them wrong", runs[4].Printed, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Check_tries_everything()
    {
        published.Demand();

        var run = await WorkerProcess.RunAsync(_world.Environment().With(("REDIS_HOST", "localhost")), "check");

        Assert.True(run.ExitCode == 0, run.Printed);
        Assert.All(
            ["settings", "dns", "redis", "redis rights", "redis metrics", "queue", "queue rights", "edge api"],
            subject => Assert.Contains($"ok    {subject} ", run.Printed, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Check_names_every_problem_with_its_remedy()
    {
        published.Demand();

        var run = await WorkerProcess.RunAsync(
            _world.Environment().With(("QUEUE_URL", _world.Sqs.QueueUrl("absent")), ("SERVER_API_KEY", "of-another-environment"), ("REDIS_PORT", "1")), "check");

        Assert.Equal(78, run.ExitCode);
        Assert.All(["FAIL  redis ", "FAIL  queue ", "FAIL  edge api "], finding => Assert.Contains(
            run.Printed.Split('\n'), line => line.StartsWith(finding, StringComparison.Ordinal) && line.Contains("Remedy: ", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public async Task Version_and_help_need_no_setting()
    {
        published.Demand();

        var (version, help) = (await WorkerProcess.RunAsync(Nothing, "--version"), await WorkerProcess.RunAsync(Nothing, "--help"));

        Assert.Matches(@"^persistent-cache-service 1\.\d+\.\d+\S* \(.*\.NET 10\.\d+\.\d+\)$", version.Printed);
        Assert.All(["inspect", "dlq", "healthcheck", "Exit codes:"], word => Assert.Contains(word, help.Printed, StringComparison.Ordinal));
        Assert.Equal((0, 0), (version.ExitCode, help.ExitCode));
    }

    [SkippableTheory]
    [InlineData(64, "There is no command 'consume'", "consume")]
    [InlineData(64, "Which customer?", "inspect")]
    [InlineData(78, "SERVER_API_KEY", "check")]
    public async Task A_wrong_command_line_and_missing_settings_are_told(int exitCode, string message, string argument)
    {
        published.Demand();

        var run = await WorkerProcess.RunAsync(Nothing, argument);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(message, run.Printed, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_worker_without_settings_names_all_of_them_and_ends_with_78()
    {
        published.Demand();

        var run = await WorkerProcess.RunAsync(new Dictionary<string, string?> { ["BATCH_SIZE"] = "11" });

        Assert.Equal(78, run.ExitCode);
        Assert.All(["AWS_REGION", "QUEUE_URL", "SERVER_API_KEY", "BATCH_SIZE"], name => Assert.Contains(name, run.Printed, StringComparison.Ordinal));
        Assert.All(run.Printed.Split('\n'), line => Assert.NotNull(JsonNode.Parse(line)));
    }
}
