using System.Diagnostics;
using System.Globalization;
using System.Net;
using LocalSqs;
using LocalSqs.Faults;
using TestKit;

namespace PersistentCacheService.IntegrationTests;

/// <summary>What a person finds in the log when something outside is wrong.</summary>
[Collection(LongTestsFirst.Prefix + "wrong configuration")]
public sealed class WrongConfigurationTests
{
    [Fact]
    public async Task Wrong_settings_are_all_named_and_the_exit_code_is_78()
    {
        var environment = new Dictionary<string, string?>
        {
            ["SERVER_API_KEY"] = WorkerEnvironment.ApiKey,
            ["BATCH_SIZE"] = "50",
            ["REDIS_TLS"] = "perhaps",
            ["QUEUE_URL"] = "orders",
        };
        var watch = Stopwatch.StartNew();
        await using var worker = await WorkerProcess.StartAsync(environment);

        Assert.Equal(78, await worker.WaitForExitAsync());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"wrong settings: exit after {watch.ElapsedMilliseconds} ms"));
        var problems = worker.Log.Where(static line => (int?)line["event"] == 1000).Select(static line => (string)line["problem"]!).ToArray();
        foreach (var name in (string[])["AWS_REGION", "BATCH_SIZE", "REDIS_TLS", "QUEUE_URL"])
        {
            Assert.Single(problems, problem => problem.StartsWith(name, StringComparison.Ordinal));
        }

        Assert.Equal(4, problems.Length);
        Assert.DoesNotContain(WorkerEnvironment.ApiKey, worker.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_that_cannot_be_reached_is_named_with_a_remedy_and_nothing_is_received()
    {
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue("q");
        queue.Enqueue("{}");
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, "127.0.0.1", FreePort.Next()));

        var line = await worker.WaitForEventAsync(1302);
        Assert.Equal(50, (int)line["level"]!);
        Assert.Equal("ConnectFailed", (string?)line["kind"]);
        Assert.Contains("REDIS_HOST", (string)line["msg"]!, StringComparison.Ordinal);
        await AssertDownAsync(worker, "\"redis\":\"DISCONNECTED\"");
        Assert.Equal(0, queue.Figures.Received);
        Assert.Equal((HttpStatusCode.OK, """{"status":"UP"}"""), await worker.GetAsync("/livez"));
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task A_wrong_Redis_password_is_named_and_not_printed()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync("--requirepass", "the-right-one");
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue("q");
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis).With(("REDIS_PASSWORD", "the-wrong-one")));

        var line = await worker.WaitForEventAsync(1302);
        Assert.Equal("AuthenticationFailed", (string?)line["kind"]);
        Assert.Contains("REDIS_PASSWORD", (string)line["msg"]!, StringComparison.Ordinal);
        await AssertDownAsync(worker, "\"reason\":\"AuthenticationFailed\"");
        Assert.DoesNotContain("the-wrong-one", worker.Printed, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_queue_that_does_not_exist_is_named_with_a_remedy()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(sqs.QueueUrl("missing"), redis));

        await AssertQueueUnusableAsync(worker, "QueueDoesNotExist", "QUEUE_URL");

        sqs.CreateQueue("missing");
        await worker.WaitUntilReadyAsync();
        await worker.WaitForEventAsync(1103);
    }

    [SkippableTheory]
    [InlineData("AKIDTEST", SqsFaultKind.WrongSignature)]
    [InlineData("AKIDOTHER", null)]
    public async Task Bad_credentials_are_named_with_a_remedy(string accessKey, SqsFaultKind? fault)
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync(new LocalSqsOptions { AccessKey = accessKey });
        using var injected = fault is null ? null : sqs.Faults.Inject(fault.Value);
        var queue = sqs.CreateQueue("q");
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis));

        await AssertQueueUnusableAsync(worker, "InvalidCredentials", "secret");
        Assert.DoesNotContain("secret-access-key", worker.Printed, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task No_credentials_at_all_are_named_with_a_remedy()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue("q");
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis).With(
            ("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null), ("AWS_EC2_METADATA_DISABLED", "true"), ("HOME", "/nonexistent")));

        await AssertQueueUnusableAsync(worker, "CredentialsUnavailable", "attach a role");
    }

    [SkippableFact]
    public async Task A_port_that_is_taken_ends_the_service_with_an_error_that_says_so()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue("q");
        await using var first = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis));
        await first.WaitUntilReadyAsync();
        await using var second = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis), first.Port);

        Assert.Equal(1, await second.WaitForExitAsync());
        Assert.Contains("address already in use", (string)(await second.WaitForEventAsync(1007))["err"]!["message"]!, StringComparison.Ordinal);
    }

    private static async Task AssertQueueUnusableAsync(WorkerProcess worker, string kind, string remedy)
    {
        var line = await worker.WaitForEventAsync(1100);
        Assert.Equal(50, (int)line["level"]!);
        Assert.Equal(kind, (string?)line["kind"]);
        Assert.Contains(remedy, (string)line["msg"]!, StringComparison.Ordinal);
        await AssertDownAsync(worker, "\"queue\":\"DISCONNECTED\"");
    }

    private static Task AssertDownAsync(WorkerProcess worker, string member) => worker.WaitAsync(
        async () => await worker.GetAsync("/readyz") is (HttpStatusCode.ServiceUnavailable, var body)
            && body.StartsWith("""{"status":"DOWN",""", StringComparison.Ordinal) && body.Contains(member, StringComparison.Ordinal),
        $"/readyz is DOWN with {member}");
}
