using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using TestKit;
using TestKit.Engines;
using TestKit.Invariants;
using TestKit.Processes;

namespace PersistentCacheService.IntegrationTests;

/// <summary>The commands of the executable as it ships: <c>check</c> against real parts, good ones and bad ones.</summary>
public sealed class CheckCommandTests : IAsyncLifetime
{
    private const string Rights = "~production:c_* ~production-* ~production!* +evalsha +eval +exists +mget +set +del +info +role +ping";

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
    [InlineData("~production!*", 0, "warn  redis marker")]
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

    [SkippableFact]
    public async Task Garnet_is_warned_of_because_its_scripts_may_not_be_atomic()
    {
        using var garnet = EmbeddedGarnet.Start();
        var redis = ("REDIS_PORT", garnet.Port.ToString(CultureInfo.InvariantCulture));

        var run = await WorkerProcess.RunAsync(_world.Environment().With(redis), "check");

        Assert.True(run.ExitCode == 0, run.Printed);
        Assert.Contains(Lines(run), static line => line.StartsWith("warn  redis engine", StringComparison.Ordinal) && line.Contains("--lua-transaction-mode true", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("", 0, "ok    redis sweep")]
    [InlineData("+scan", 78, "FAIL  redis sweep")]
    [InlineData("~production!*", 78, "FAIL  redis sweep")]
    public async Task With_sweeps_on_their_rights_are_tried_too(string right, int exitCode, string finding)
    {
        var environment = _world.Environment();
        using var admin = await RedisReader.ConnectAsync(_world.Redis.Host, _world.Redis.Port);
        await admin.ExecuteAsync(["ACL", "SETUSER", "worker", "on", ">secret-a7", .. $"{Rights} +scan".Split(' ').Where(other => other != right)]);

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

    [SkippableTheory]
    [InlineData("InvalidSignatureException", "Credential should be scoped to a valid region. ")]
    [InlineData("QueueDoesNotExist", "The specified queue does not exist.")]
    [InlineData("UnrecognizedClientException", "The security token included in the request is invalid.")]
    public async Task What_a_wrong_region_leads_to_names_it(string code, string message)
    {
        await using var sqs = await ScriptedSqs.StartAsync(ScriptedSqs.Error(code, 403, message));

        var run = await WorkerProcess.RunAsync(_world.Environment().With(("QUEUE_URL", sqs.QueueUrl)), "check");

        Assert.Equal(78, run.ExitCode);
        Assert.Contains(Lines(run), line => line.StartsWith("FAIL  queue ", StringComparison.Ordinal) && line.Contains(code, StringComparison.Ordinal) && line.Contains("AWS_REGION", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("EVALSHA")]
    [InlineData("MGET")]
    [InlineData("SET")]
    [InlineData("PING")]
    public async Task A_command_that_Redis_lacks_is_named_by_check_and_by_the_log_with_one_remedy(string command)
    {
        var environment = _world.Environment();
        await using var redis = await RedisServer.StartAsync("--rename-command", command, "");
        environment["REDIS_PORT"] = redis.Port.ToString(CultureInfo.InvariantCulture);

        var run = await WorkerProcess.RunAsync(environment, "check");
        await using var worker = await WorkerProcess.StartAsync(environment);
        var line = await ClosedGateAsync(worker, "CommandMissing");

        Assert.Equal(78, run.ExitCode);
        var found = Assert.Single(Lines(run), static line => line.StartsWith("FAIL  redis", StringComparison.Ordinal));
        Assert.Contains(command, found, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(command, (string?)line["reason"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains((string)line["remedy"]!, found, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_database_that_Redis_lacks_is_named_by_check_and_by_the_log_with_one_remedy()
    {
        var environment = _world.Environment().With(("REDIS_DB", "99"));

        var run = await WorkerProcess.RunAsync(environment, "check");
        await using var worker = await WorkerProcess.StartAsync(environment);
        var line = await ClosedGateAsync(worker, "NoSuchDatabase");

        Assert.Equal(78, run.ExitCode);
        Assert.Contains(Lines(run), found => found.StartsWith("FAIL  redis ", StringComparison.Ordinal) && found.Contains((string)line["remedy"]!, StringComparison.Ordinal));
        Assert.Contains("REDIS_DB", (string?)line["remedy"], StringComparison.Ordinal);
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

    [SkippableTheory]
    [InlineData("inspect", "customer-1")]
    [InlineData("purge", "customer-1")]
    [InlineData("check")]
    [InlineData("sweep", "--dry-run")]
    public async Task Ctrl_C_ends_a_command_that_waits_for_a_Redis_that_does_not_answer(params string[] arguments)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var environment = _world.Environment().With(("REDIS_HOST", "127.0.0.1"), ("REDIS_PORT", ((IPEndPoint)silent.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)));

        await using var command = await WorkerProcess.StartAsync(environment, arguments: arguments);
        using var connection = await silent.AcceptTcpClientAsync();
        command.Send(Signal.Interrupt);

        Assert.Equal(75, await command.WaitForExitAsync());
        Assert.Contains("Stopped.", command.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_argument_nobody_knows_does_not_start_a_worker() =>
        Assert.Equal(64, (await WorkerProcess.RunAsync(new Dictionary<string, string?>(), "--consume")).ExitCode);

    /// <summary>The line that says for which lasting reason nothing is received.</summary>
    private static async Task<JsonNode> ClosedGateAsync(WorkerProcess worker, string kind)
    {
        JsonNode? line = null;
        await worker.WaitAsync(
            () => Task.FromResult((line = worker.Log.FirstOrDefault(entry => (int?)entry["event"] == 1302 && (string?)entry["kind"] == kind)) is not null), $"the gate is closed by {kind}");
        return line!;
    }

    private static string[] Lines(FinishedProcess run) => run.Printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
