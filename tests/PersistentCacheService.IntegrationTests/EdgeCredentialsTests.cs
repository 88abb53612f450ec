using LocalSqs;
using TestKit;
using TestKit.Credentials;
using TestKit.EdgeApi;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests;

/// <summary>Queue access without an AWS identity, and with roles that are assumed: an emulator that takes only keys that somebody issued and that have not ended.</summary>
public sealed class EdgeCredentialsTests
{
    private const string FirstRole = "arn:aws:iam::111111111111:role/own";
    private const string LastRole = "arn:aws:iam::222222222222:role/stigg/cache";

    [SkippableFact]
    public async Task Credentials_of_the_Edge_API_are_renewed_before_they_end_and_an_outage_does_not_stop_the_queue_while_they_last()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var edge = await FakeEdgeApi.StartAsync();
        edge.CredentialsLifetime = TimeSpan.FromSeconds(90); // Asked for again after 50 to 63 s, and 5 s later at most; not used any more after 80.
        await using var sqs = await StartSqsAsync(edge);
        var queue = sqs.CreateQueue("q");
        await using var worker = await WorkerProcess.StartAsync(Environment(queue, redis, edge));
        await worker.WaitUntilReadyAsync();
        var first = edge.HandedOut.Values.Single();

        // The API is away when they should be renewed: messages are still applied, and the log says so.
        edge.CredentialsAnswer = EdgeAnswer.Normal with { Status = 503 };
        var line = await worker.WaitForEventAsync(1120, TimeSpan.FromMinutes(2));
        queue.Enqueue(StiggMessages.Purge(("customer-1", null)));
        await worker.WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "the message is applied with the old credentials");
        Assert.True(TimeProvider.System.GetUtcNow() < first, "the old credentials still lasted");
        Assert.Contains("the Edge API", (string?)line["source"], StringComparison.Ordinal);
        Assert.Null(worker.Log.FirstOrDefault(static entry => (int?)entry["event"] == 1100));

        // It is back in time: the queue never noticed.
        edge.CredentialsLifetime = TimeSpan.FromHours(1);
        edge.CredentialsAnswer = EdgeAnswer.Normal;
        await worker.WaitForEventAsync(1109, TimeSpan.FromMinutes(2));
        await Eventually.HoldsAsync(() => TimeProvider.System.GetUtcNow() > first, "the first ones have ended", TimeSpan.FromMinutes(2));
        queue.Enqueue(StiggMessages.Purge(("customer-2", null)));
        await worker.WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "the message is applied with the new ones");

        Assert.Null(worker.Log.FirstOrDefault(static entry => (int?)entry["event"] == 1100));
        Assert.All(edge.Calls.Where(static call => call.PathAndQuery.StartsWith("/v1/credentials/", StringComparison.Ordinal)), call => Assert.Equal(
            $"/v1/credentials/event-queue.json?queueUrl={Uri.EscapeDataString(queue.Url)}&durationSeconds=3600", call.PathAndQuery));
        Assert.DoesNotContain(TestKeys.Number(1).SecretKey, worker.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain(TestKeys.Number(1).Token!, worker.Printed, StringComparison.Ordinal);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableTheory]
    [InlineData(401, "SERVER_API_KEY")]
    [InlineData(404, "QUEUE_URL")]
    [InlineData(503, "passes by itself")]
    public async Task Without_credentials_readiness_and_log_say_why_and_it_recovers(int status, string remedy)
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var edge = await FakeEdgeApi.StartAsync();
        await using var sqs = await StartSqsAsync(edge);
        var queue = sqs.CreateQueue("q");
        edge.CredentialsAnswer = EdgeAnswer.Normal with { Status = status };
        await using var worker = await WorkerProcess.StartAsync(Environment(queue, redis, edge));

        var line = await worker.WaitForEventAsync(1100);
        Assert.Contains(remedy, (string?)line["remedy"], StringComparison.Ordinal);
        Assert.Contains("the Edge API gives no credentials for the queue", (string?)line["cause"], StringComparison.Ordinal);
        edge.CredentialsAnswer = EdgeAnswer.Normal;
        await worker.WaitUntilReadyAsync();

        Assert.Equal("the Edge API", (string?)(await worker.WaitForEventAsync(1108))["provider"]);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task Check_and_dlq_use_them_too()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var edge = await FakeEdgeApi.StartAsync();
        await using var sqs = await StartSqsAsync(edge);
        var queue = sqs.CreateQueue(new LocalQueueOptions("q") { DeadLetterQueue = "q-dlq" });
        var environment = Environment(queue, redis, edge).With(("REDIS_HOST", "127.0.0.1"));

        var check = await WorkerProcess.RunAsync(environment, "check");
        var list = await WorkerProcess.RunAsync(environment, "dlq", "list");

        Assert.True(check.ExitCode == 0 && list.ExitCode == 0, check.Printed + list.Printed);
    }

    [SkippableFact]
    public async Task Roles_are_assumed_one_with_the_credentials_of_the_one_before()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sts = await CredentialServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync(new LocalSqsOptions { AccessKey = TestKeys.Number(2).AccessKey, SessionToken = TestKeys.Number(2).Token });
        var queue = sqs.CreateQueue("q");
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis).With(
            ("AWS_ROLE_ARN_CHAIN", $"{FirstRole}, {LastRole}"), ("AWS_ENDPOINT_URL_STS", sts.Url)));

        await worker.WaitUntilReadyAsync();

        Assert.Equal(
            [$"{FirstRole} as persistent-cache-service by AKIDTEST", $"{LastRole} as persistent-cache-service by {TestKeys.Number(1).AccessKey}"], sts.Shown);
        Assert.Equal(LastRole, (string?)(await worker.WaitForEventAsync(1108))["provider"]);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task A_role_of_the_chain_that_may_not_be_assumed_is_named_with_a_remedy()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sts = await CredentialServer.StartAsync();
        sts.StsRefusal = new StsRefusal("AccessDenied", "User is not authorized to perform: sts:AssumeRole", 403);
        await using var sqs = await LocalSqsServer.StartAsync();
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(sqs.CreateQueue("q").Url, redis).With(
            ("AWS_ROLE_ARN_CHAIN", LastRole), ("AWS_ENDPOINT_URL_STS", sts.Url)));

        var line = await worker.WaitForEventAsync(1100);
        Assert.Contains(LastRole, (string?)line["cause"], StringComparison.Ordinal);
        Assert.Contains("AWS_ROLE_ARN_CHAIN", (string?)line["remedy"], StringComparison.Ordinal);
        sts.StsRefusal = null;
        await worker.WaitUntilReadyAsync();
        Assert.Equal(0, await worker.TerminateAsync());
    }

    private static Task<LocalSqsServer> StartSqsAsync(FakeEdgeApi edge) => LocalSqsServer.StartAsync(new LocalSqsOptions
    {
        KeyExpiry = key => edge.HandedOut.TryGetValue(key, out var expiration) ? expiration : null,
    });

    private static Dictionary<string, string?> Environment(LocalQueue queue, RedisServer redis, FakeEdgeApi edge) => WorkerEnvironment.For(queue.Url, redis)
        .Without("AWS_ACCESS_KEY_ID").Without("AWS_SECRET_ACCESS_KEY")
        .With(("QUEUE_CREDENTIALS", "edge"), ("SERVER_API_KEY", edge.ApiKey), ("EDGE_API_URL", edge.Url), ("WAIT_TIME_IN_SECS", "1"));
}
