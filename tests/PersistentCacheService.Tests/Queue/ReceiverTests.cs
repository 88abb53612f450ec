using LocalSqs.Faults;
using LocalSqs.Protocol;
using TestKit;

namespace PersistentCacheService.Tests.Queue;

public sealed class ReceiverTests
{
    private const int ReceiveFailed = 1104;

    [SkippableFact]
    public async Task No_call_is_made_before_permits_for_a_whole_batch_are_free()
    {
        await using var harness = await PipelineHarness.StartAsync();
        var (queue, permits) = (harness.Queue.Queue, harness.Queue.Permits);
        Assert.True(permits.TryTake(permits.Limit - harness.ReceiveGate.BatchSize + 1));
        queue.Enqueue(PipelineHarness.Body("c-1"));
        await harness.Receiver.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => permits.HasWaiters, "the receiver waits for permits");
        Assert.Equal(0, queue.Figures.Receives);

        permits.Release(1);
        await Eventually.HoldsAsync(() => queue.Figures.Deleted == 1, "the message is received and deleted");
    }

    [SkippableFact]
    public async Task No_call_is_made_while_Redis_takes_no_writes()
    {
        await using var harness = await PipelineHarness.StartAsync();
        var queue = harness.Queue.Queue;
        await harness.Redis.KillAsync();
        await Eventually.HoldsAsync(() => !harness.Gate.IsOpen, "the write gate is closed");
        queue.Enqueue(PipelineHarness.Body("c-1"));
        await harness.Receiver.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => harness.Width.Polling == 1, "the receiver wants to receive");
        Assert.Equal((0, 0), (queue.Figures.Receives, harness.Queue.Permits.Taken));

        await harness.Redis.RestartAsync();
        await Eventually.HoldsAsync(() => queue.Figures.Deleted == 1, "the message is received and deleted");
        Assert.Equal(1, queue.Figures.Received);
    }

    [SkippableFact]
    public async Task Calls_that_fail_or_bring_less_than_a_batch_release_their_permits()
    {
        await using var harness = await PipelineHarness.StartAsync();
        var queue = harness.Queue.Queue;
        harness.Queue.Server.Faults.Inject(new SqsFault(SqsFaultKind.Throttle) { Operation = SqsOperation.ReceiveMessage, Times = 2 });
        queue.Enqueue(Enumerable.Repeat(PipelineHarness.Body("c-1"), 3));
        await harness.Receiver.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => queue.Figures.Deleted == 3, "all messages are received and deleted");

        harness.Queue.Lifetime.StopApplication();
        await harness.Receiver.ExecuteTask!;
        await Eventually.HoldsAsync(() => harness.Queue.Permits.Taken == 0, "all permits are free");
        Assert.Equal(2, harness.Logs.WithEvent(ReceiveFailed).Count);
    }

    [SkippableFact]
    public async Task A_stop_ends_the_loop_and_what_comes_later_stays_in_the_queue()
    {
        await using var harness = await PipelineHarness.StartAsync();
        await harness.Receiver.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => harness.Queue.Queue.Figures.Receives > 0, "the receiver receives");
        harness.Queue.Lifetime.StopApplication();
        await harness.Receiver.ExecuteTask!;
        harness.Queue.Queue.Enqueue(PipelineHarness.Body("c-1"));

        Assert.Equal((1, 0), (harness.Queue.Queue.Counts.Ready, harness.Board.Running));
    }
}
