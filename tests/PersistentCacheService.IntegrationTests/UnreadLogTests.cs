using System.Net;
using LocalSqs;
using TestKit;
using TestKit.Messages;
using TestKit.Processes;

namespace PersistentCacheService.IntegrationTests;

/// <summary>A log collector that hangs: the worker's output goes into a pipe that nobody reads.</summary>
public sealed class UnreadLogTests
{
    private const int Messages = 2000;

    [SkippableTheory]
    [InlineData(UnreadOutput.Standard)]
    [InlineData(UnreadOutput.Error)]
    public async Task A_pipe_that_nobody_reads_holds_up_neither_the_messages_nor_the_stop(UnreadOutput unread)
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue(new LocalQueueOptions("q"));
        queue.Enqueue(new MessageGenerator { Customers = 50 }.Generate(Messages, prime: true).Select(static message => message.Body()));
        queue.Enqueue(Enumerable.Repeat("{\"broken\":", 20));
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis).With(("LOG_LEVEL", "debug")), unread: unread);
        await worker.WaitAsync(async () => await worker.GetAsync("/livez") is not null, "the worker answers");

        await worker.WaitAsync(
            async () => await worker.MetricAsync("persistent_cache_delete_entries_total{result=\"deleted\"}") == Messages, "all messages are applied and deleted");
        Assert.Equal(HttpStatusCode.OK, (await worker.GetAsync("/livez"))!.Value.Status);
        Assert.Equal(HttpStatusCode.OK, (await worker.GetAsync("/readyz"))!.Value.Status);
        if (unread == UnreadOutput.Error)
        {
            // The log does not go there.
            Assert.Equal(0, await worker.MetricAsync("persistent_cache_log_lines_dropped_total"));
        }

        Assert.Equal(0, await worker.TerminateAsync());
    }

    [Theory]
    [InlineData(UnreadOutput.Standard)]
    [InlineData(UnreadOutput.Error)]
    [InlineData(UnreadOutput.Both)]
    public async Task A_wrong_configuration_ends_the_process_all_the_same(UnreadOutput unread)
    {
        await using var worker = await WorkerProcess.StartAsync(new Dictionary<string, string?>(), unread: unread);
        Assert.Equal(78, await worker.WaitForExitAsync());
    }

    [Theory]
    [InlineData(UnreadOutput.Standard)]
    [InlineData(UnreadOutput.Error)]
    [InlineData(UnreadOutput.Both)]
    public async Task A_start_that_fails_ends_the_process_all_the_same(UnreadOutput unread)
    {
        await using var taken = await LocalSqsServer.StartAsync();
        var port = new Uri(taken.ServiceUrl).Port;
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(taken.QueueUrl("q"), "127.0.0.1", 1), takenPort: port, unread);
        Assert.Equal(1, await worker.WaitForExitAsync());
    }

    [SkippableTheory]
    [InlineData(UnreadOutput.None)]
    [InlineData(UnreadOutput.Standard)]
    [InlineData(UnreadOutput.Error)]
    [InlineData(UnreadOutput.Both)]
    public async Task An_exception_that_nobody_catches_is_logged_and_ends_the_process_all_the_same(UnreadOutput unread)
    {
        Skip.If(Environment.GetEnvironmentVariable("WORKER_EXECUTABLE") is not null, "A native executable loads no startup hook, which throws here.");
        var environment = WorkerEnvironment.For("http://127.0.0.1:1/1/q", "127.0.0.1", 1).With(
            ("DOTNET_STARTUP_HOOKS", typeof(UnreadLogTests).Assembly.Location), (StartupHook.Variable, "1"));
        await using var worker = await WorkerProcess.StartAsync(environment, unread: unread);

        // 134: the runtime's own end (SIGABRT). It first prints the exception, so where it cannot it is ours.
        Assert.Equal(unread is UnreadOutput.None or UnreadOutput.Standard ? 134 : 1, await worker.WaitForExitAsync());
        if (unread is UnreadOutput.None or UnreadOutput.Error)
        {
            Assert.Contains(worker.Log, static line => (int?)line["event"] == 1007 && $"{line["err"]}".Contains(StartupHook.Message, StringComparison.Ordinal));
        }
    }

    [SkippableFact]
    public async Task Lines_that_nobody_reads_are_dropped_and_counted()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue(new LocalQueueOptions("q"));
        queue.Enqueue(Enumerable.Repeat(StiggMessages.PackagePublished(), 10_000));
        await using var worker = await WorkerProcess.StartAsync(
            WorkerEnvironment.For(queue.Url, redis).With(("LOG_LEVEL", "debug")), unread: UnreadOutput.Standard);

        await worker.WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "all messages are deleted");
        Assert.InRange((await worker.MetricAsync("persistent_cache_log_lines_dropped_total"))!.Value, 1, 10_000);
        Assert.Equal(0, await worker.TerminateAsync());
    }
}
