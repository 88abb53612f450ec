using System.Globalization;
using TestKit.Invariants;

namespace PersistentCacheService.IntegrationTests;

/// <summary>The commands of the executable as it ships: <c>check</c> against real parts, good ones and bad ones.</summary>
public sealed class CheckCommandTests : IAsyncLifetime
{
    private const string Rights = "~production:c_* ~production-* +evalsha +eval +exists +mget +set +del +info +role +ping";

    private readonly CommandWorld _world = new();

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [SkippableFact]
    public async Task All_well_is_one_ok_line_each_and_leaves_nothing_behind()
    {
        var run = await WorkerProcess.RunAsync(_world.Environment(), "check");

        Assert.True(run.ExitCode == 0, run.Printed);
        Assert.All(Lines(run), static line => Assert.StartsWith("ok ", line, StringComparison.Ordinal));
        Assert.Equal("0", await _world.Redis.CliAsync("DBSIZE"));
        Assert.Equal(0, _world.Sqs.Queue("main").Counts.Total);
    }

    [SkippableTheory]
    [InlineData("+set", 78, "FAIL  redis rights")]
    [InlineData("+del", 78, "FAIL  redis rights")]
    [InlineData("~production-*", 78, "FAIL  redis rights")]
    [InlineData("+info", 0, "warn  redis metrics")]
    public async Task A_right_the_user_lacks_is_found(string right, int exitCode, string finding)
    {
        var environment = _world.Environment();
        using var admin = await RedisReader.ConnectAsync(_world.Redis.Host, _world.Redis.Port);
        await admin.ExecuteAsync(["ACL", "SETUSER", "worker", "on", ">secret-a7", .. Rights.Split(' ').Where(other => other != right)]);

        var run = await WorkerProcess.RunAsync(environment.With(("REDIS_USERNAME", "worker"), ("REDIS_PASSWORD", "secret-a7")), "check");

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(Lines(run), line => line.StartsWith(finding, StringComparison.Ordinal) && line.Contains("Remedy: ", StringComparison.Ordinal));
        Assert.DoesNotContain("secret-a7", run.Printed, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("", 0, "ok    redis sweep")]
    [InlineData("+scan", 78, "FAIL  redis sweep")]
    [InlineData("~production!sweep*", 78, "FAIL  redis sweep")]
    public async Task With_sweeps_on_their_rights_are_tried_too(string right, int exitCode, string finding)
    {
        var environment = _world.Environment();
        using var admin = await RedisReader.ConnectAsync(_world.Redis.Host, _world.Redis.Port);
        await admin.ExecuteAsync(["ACL", "SETUSER", "worker", "on", ">secret-a7", .. $"{Rights} ~production!sweep* +scan".Split(' ').Where(other => other != right)]);

        var run = await WorkerProcess.RunAsync(environment.With(("REDIS_USERNAME", "worker"), ("REDIS_PASSWORD", "secret-a7"), ("CACHE_SWEEP", "1")), "check");

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(Lines(run), line => line.StartsWith(finding, StringComparison.Ordinal));
        Assert.Equal("0", await _world.Redis.CliAsync("DBSIZE"));
    }

    [SkippableTheory]
    [InlineData("REDIS_PORT", "1", 69, "FAIL  redis ")]
    [InlineData("REDIS_HOST", "no-such-host.invalid", 69, "FAIL  dns ")]
    [InlineData("REDIS_PASSWORD", "wrong", 78, "FAIL  redis ")]
    [InlineData("QUEUE_NAME", "absent", 78, "FAIL  queue ")]
    [InlineData("QUEUE_NAME", "dead", 0, "warn  queue ")]
    [InlineData("SERVER_API_KEY", "of-another-environment", 78, "FAIL  edge api ")]
    [InlineData("EDGE_API_URL", "http://127.0.0.1:1", 0, "warn  edge api ")]
    [InlineData("BATCH_SIZE", "11", 78, "FAIL  settings ")]
    public async Task What_is_wrong_is_one_line_with_a_remedy(string variable, string value, int exitCode, string finding)
    {
        var environment = _world.Environment().With((variable, value));
        if (variable == "QUEUE_NAME")
        {
            environment["QUEUE_URL"] = _world.Sqs.QueueUrl(value);
        }

        var run = await WorkerProcess.RunAsync(environment, "check");

        Assert.True(run.ExitCode == exitCode, run.Printed);
        Assert.Contains(Lines(run), line => line.StartsWith(finding, StringComparison.Ordinal));
        Assert.DoesNotContain(_world.Edge.ApiKey, run.Printed, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Healthcheck_asks_the_worker_beside_it()
    {
        await using var worker = await WorkerProcess.StartAsync(_world.Environment());
        await worker.WaitUntilReadyAsync();
        var environment = _world.Environment().With(("PORT", worker.Port.ToString(CultureInfo.InvariantCulture)));

        var (ready, live) = (await WorkerProcess.RunAsync(environment, "healthcheck"), await WorkerProcess.RunAsync(environment, "healthcheck", "--live"));
        await worker.TerminateAsync();
        var gone = await WorkerProcess.RunAsync(environment, "healthcheck");

        Assert.Equal((0, 0, 1), (ready.ExitCode, live.ExitCode, gone.ExitCode));
        Assert.StartsWith("""{"status":"UP",""", ready.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_argument_nobody_knows_does_not_start_a_worker() =>
        Assert.Equal(64, (await WorkerProcess.RunAsync(new Dictionary<string, string?>(), "--consume")).ExitCode);

    private static string[] Lines(FinishedProcess run) => run.Printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
