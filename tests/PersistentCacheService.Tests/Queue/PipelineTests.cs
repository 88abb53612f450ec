using Microsoft.Extensions.Logging;
using PersistentCacheService.Queue;
using TestKit;

namespace PersistentCacheService.Tests.Queue;

public sealed class PipelineTests
{
    private const int ProcessingFailed = 1204;

    [SkippableFact]
    public async Task Messages_of_a_batch_are_written_and_deleted_or_left_as_their_results_say()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Queue.Queue.Enqueue(PipelineHarness.Body("c-1"), PipelineHarness.Body("other-1"), "not JSON", PipelineHarness.Body("c-2"));
        harness.Pipeline.Start(await harness.Queue.ReceiveAsync());
        await harness.SettledAsync();

        Assert.Equal("not JSON", Assert.Single(harness.Queue.Queue.Peek()).Body);
        Assert.Equal(1, harness.Queue.Queue.Counts.InFlight);
        Assert.NotEqual("0", await harness.Redis.CliAsync("DBSIZE"));
    }

    [SkippableFact]
    public async Task Redis_is_out_of_memory_messages_are_returned_not_deleted_and_no_other_is_received()
    {
        await using var harness = await PipelineHarness.StartAsync();
        var queue = harness.Queue.Queue;
        await harness.Redis.CliAsync("CONFIG", "SET", "maxmemory", "1");
        queue.Enqueue(PipelineHarness.Body("c-1"), PipelineHarness.Body("c-2"));
        await harness.Receiver.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => !harness.Gate.IsOpen, "the gate is closed");
        await harness.SettledAsync();
        queue.Enqueue(PipelineHarness.Body("c-3"), PipelineHarness.Body("c-4"));
        Assert.Equal(0, queue.Figures.Deleted);
        await Eventually.HoldsAsync(() => queue.Counts.Ready == 4, "all messages wait visibly");
        Assert.All(queue.Peek(), static message => Assert.InRange(message.ReceiveCount, 0, 1));

        await harness.Redis.CliAsync("CONFIG", "SET", "maxmemory", "0");
        await Eventually.HoldsAsync(() => queue.Figures.Deleted == 4, "all messages are written and deleted");
        Assert.Equal(6, queue.Figures.Received);
    }

    [SkippableFact]
    public async Task Memory_runs_out_while_a_message_is_handled_it_is_returned_for_later_and_receiving_pauses()
    {
        await using var harness = await PipelineHarness.StartAsync(log: new FailingOnceLog(new OutOfMemoryException()));
        harness.Queue.Queue.Enqueue("not JSON");
        harness.Pipeline.Start(await harness.Queue.ReceiveAsync());
        await harness.SettledAsync();

        Assert.Equal(1, harness.Queue.Queue.Counts.InFlight);
        Assert.True(harness.Memory.IsPausing);
        Assert.Empty(harness.Logs.WithEvent(ProcessingFailed));
    }

    [SkippableFact]
    public async Task Anything_unexpected_while_a_message_is_handled_returns_that_message_alone()
    {
        var log = new FailingOnceLog(new InvalidOperationException("a defect"));
        await using var harness = await PipelineHarness.StartAsync(log: log);
        harness.Queue.Queue.Enqueue("not JSON", PipelineHarness.Body("other-2"));
        harness.Pipeline.Start(await harness.Queue.ReceiveAsync());
        await harness.SettledAsync();

        Assert.Equal("not JSON", Assert.Single(harness.Queue.Queue.Peek()).Body);
        Assert.Equal(ProcessingFailed, Assert.Single(log.Written));
        Assert.False(harness.Memory.IsPausing);
    }

    [SkippableFact]
    public async Task When_a_message_of_a_FIFO_group_is_not_applied_the_rest_of_its_group_is_returned_and_other_groups_go_on()
    {
        await using var harness = await PipelineHarness.StartAsync(log: new FailingOnceLog(new InvalidOperationException("a defect")), queueName: "q.fifo");
        var queue = harness.Queue.Queue;
        queue.EnqueueInGroup("not JSON", "a");
        queue.EnqueueInGroup(PipelineHarness.Body("other-3"), "a");
        queue.EnqueueInGroup(PipelineHarness.Body("other-4"), "b");
        harness.Pipeline.Start(await harness.Queue.ReceiveAsync());
        await harness.SettledAsync();

        Assert.Equal(["a", "a"], queue.Peek().Select(static message => message.GroupId));
        Assert.Equal(1, queue.Figures.Deleted);
    }

    [SkippableFact]
    public async Task Messages_that_arrive_in_a_stop_are_visible_to_others_at_once()
    {
        await using var harness = await PipelineHarness.StartAsync();
        harness.Queue.Queue.Enqueue(PipelineHarness.Body("c-1"), PipelineHarness.Body("c-2"));
        harness.Pipeline.Return(await harness.Queue.ReceiveAsync());
        await harness.SettledAsync();

        Assert.Equal(2, harness.Queue.Queue.Counts.Ready);
        Assert.Equal("0", await harness.Redis.CliAsync("DBSIZE"));
    }

    /// <summary>A log whose first line fails; the ids of the others are kept.</summary>
    private sealed class FailingOnceLog(Exception failure) : ILogger<MessageLog>
    {
        private int _lines;

        public List<int> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (_lines++ == 0)
            {
                throw failure;
            }

            Written.Add(eventId.Id);
        }
    }
}
