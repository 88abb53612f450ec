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
