using System.Net;
using LocalSqs;
using LocalSqs.Faults;
using LocalSqs.Protocol;
using TestKit;
using TestKit.Invariants;
using TestKit.Messages;
using TestKit.Processes;

namespace PersistentCacheService.IntegrationTests;

/// <summary>The queue fails in every way it can; consumers go on and nothing is lost.</summary>
[Collection(LongTestsFirst.Prefix + "queue faults")]
public sealed class QueueFaultTests
{
    private const int StopAttempts = 5;

    // A second after the signal, or later, the worker hangs up its long polls. Messages that are handed to one just then stay in flight, so the answer gets
    // the other half of the second.
    private static readonly TimeSpan OpenPolls = TimeSpan.FromSeconds(0.5);

    [SkippableTheory]
    [InlineData(SqsFaultKind.Throttle)]
    [InlineData(SqsFaultKind.InternalError)]
    [InlineData(SqsFaultKind.ServiceUnavailable)]
    [InlineData(SqsFaultKind.ExpiredCredentials)]
    [InlineData(SqsFaultKind.AccessDenied)]
    [InlineData(SqsFaultKind.Reset)]
    [InlineData(SqsFaultKind.ResetAfterExecution)]
    [InlineData(SqsFaultKind.GarbageBody)]
    [InlineData(SqsFaultKind.EmptyBody)]
    public async Task Receive_calls_fail_for_a_while_and_every_message_is_applied_in_the_end(SqsFaultKind kind)
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue(new LocalQueueOptions("q") { VisibilityTimeoutSeconds = 2 });
        var messages = new MessageGenerator { Customers = 20 }.Generate(200).Where(static message => message is EntitlementsMessage).ToArray();
        queue.Enqueue(messages.Select(static message => message.Body()));
        sqs.Faults.Inject(new SqsFault(kind) { Operation = SqsOperation.ReceiveMessage, Times = 12 });
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis).With(("CONSUMERS", "4")));

        await worker.WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "the queue is empty");
        await worker.WaitUntilReadyAsync();
        using var reader = await RedisReader.ConnectAsync(redis.Host, redis.Port);
        await InvariantChecker.HoldsAsync(reader, messages);
        Assert.Contains(worker.Log, static line => (int?)line["event"] is 1100 or 1101);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task While_every_call_fails_the_worker_asks_rarely_stays_alive_and_says_why_it_is_not_ready()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue("q");
        sqs.Faults.Inject(SqsFaultKind.AccessDenied);
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis).With(("CONSUMERS", "1")));

        const string failures = "persistent_cache_receive_calls_total{result=\"access_denied\"}";
        await worker.WaitAsync(async () => await worker.GetAsync("/metrics") is not null && await worker.MetricAsync(failures) >= 4, "four calls failed");

        // Pauses of at least 0.2 s: four calls within the time it took, not hundreds.
        Assert.InRange((await worker.MetricAsync(failures)).GetValueOrDefault(), 4, 40);
        Assert.Equal((HttpStatusCode.OK, """{"status":"UP"}"""), await worker.GetAsync("/livez"));
        Assert.Contains("\"reason\":\"AccessDenied\"", (await worker.GetAsync("/readyz"))!.Value.Body, StringComparison.Ordinal);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task SIGTERM_while_a_receive_call_hangs_ends_with_exit_code_0()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue("q");
        sqs.Faults.Inject(new SqsFault(SqsFaultKind.Hang) { Operation = SqsOperation.ReceiveMessage });
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis));
        await worker.WaitUntilReadyAsync();

        Assert.Equal(0, await worker.TerminateAsync());
        Assert.True((bool)(await worker.WaitForEventAsync(1005))["finished"]!);
    }

    [SkippableFact]
    public async Task SIGTERM_while_Redis_is_frozen_gives_the_messages_in_hand_back_within_the_deadline()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue(new LocalQueueOptions("q") { VisibilityTimeoutSeconds = 600 });
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis).With(("SHUTDOWN_TIMEOUT_IN_SECS", "2")));
        await worker.WaitUntilReadyAsync();

        // Paused writes and not a stopped process: the connection stays good, so the messages stay in hand.
        await redis.CliAsync("CLIENT", "PAUSE", "60000", "WRITE");
        queue.Enqueue(new MessageGenerator { Customers = 5 }.Generate(5, prime: true).Select(static message => message.Body()));
        await worker.WaitAsync(() => Task.FromResult(queue.Counts.InFlight == 5), "the messages are in hand");
        worker.Send(Signal.Terminate);

        Assert.Equal(0, await worker.WaitForExitAsync());
        Assert.Equal((5, 0), (queue.Counts.Ready, queue.Counts.InFlight));
    }

    [SkippableFact]
    public async Task Messages_that_arrive_after_SIGTERM_can_be_received_by_others_at_once()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var attempt = 1;
        while (!await CanBeReceivedByOthersAsync(redis, sqs.CreateQueue(new LocalQueueOptions($"q{attempt}") { VisibilityTimeoutSeconds = 600 })))
        {
            Assert.True(attempt++ < StopAttempts, $"In each of {StopAttempts} attempts the messages came more than {OpenPolls.TotalSeconds} s after SIGTERM: the machine is too busy to tell anything.");
        }
    }

    /// <summary>Stops a worker and sends messages while its long polls are still open.</summary>
    /// <returns>Whether that was in time; if not, the attempt says nothing.</returns>
    private static async Task<bool> CanBeReceivedByOthersAsync(RedisServer redis, LocalQueue queue)
    {
        var bodies = new MessageGenerator { Customers = 50 }.Generate(50, prime: true).Select(static message => message.Body()).ToArray();
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis));
        await worker.WaitUntilReadyAsync();
        var signalled = TimeProvider.System.GetTimestamp();
        worker.Send(Signal.Terminate);
        await worker.WaitForEventAsync(1004);
        queue.Enqueue(bodies);
        var isInTime = TimeProvider.System.GetElapsedTime(signalled) < OpenPolls;

        Assert.Equal(0, await worker.WaitForExitAsync());
        Assert.Empty(await redis.CliAsync("KEYS", "production:*"));
        if (isInTime)
        {
            Assert.Equal((50, 0), (queue.Counts.Ready, queue.Counts.InFlight));
        }

        return isInTime;
    }
}
