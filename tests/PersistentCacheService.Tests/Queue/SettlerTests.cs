using LocalSqs.Faults;
using LocalSqs.Protocol;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue;
using TestKit;

namespace PersistentCacheService.Tests.Queue;

/// <summary>Deletes and returns against a real queue that fails in every way a batch can fail.</summary>
public sealed class SettlerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Acknowledged_messages_are_deleted_in_one_call_and_their_permits_come_back()
    {
        await using var harness = await QueueHarness.StartAsync(10);
        foreach (var message in await harness.ReceiveAsync())
        {
            harness.Settler.Settle(message, new Handled(MessageOutcome.Written));
        }

        await Eventually.HoldsAsync(() => harness.Permits.Taken == 0, "all permits are back");
        Assert.Equal((0, 10L), (harness.Queue.Counts.Total, harness.Queue.Figures.Deleted));
    }

    [Fact]
    public async Task A_few_are_deleted_without_waiting_for_ten()
    {
        await using var harness = await QueueHarness.StartAsync(3);
        foreach (var message in await harness.ReceiveAsync())
        {
            harness.Settler.Settle(message, new Handled(MessageOutcome.Written));
        }

        await Eventually.HoldsAsync(() => harness.Queue.Counts.Total == 0, "the queue is empty");
    }

    [Theory]
    [InlineData(SqsFaultKind.EntryFailsOnServer)]
    [InlineData(SqsFaultKind.Throttle)]
    [InlineData(SqsFaultKind.InternalError)]
    [InlineData(SqsFaultKind.Reset)]
    [InlineData(SqsFaultKind.ResetAfterExecution)]
    [InlineData(SqsFaultKind.GarbageBody)]
    [InlineData(SqsFaultKind.EmptyBody)]
    public async Task A_failure_of_the_queues_own_is_tried_again_until_all_are_deleted(SqsFaultKind kind)
    {
        await using var harness = await QueueHarness.StartAsync(10);
        var messages = await harness.ReceiveAsync();
        harness.Server.Faults.Inject(new SqsFault(kind) { Operation = SqsOperation.DeleteMessageBatch, Times = 3 });
        foreach (var message in messages)
        {
            harness.Settler.Settle(message, new Handled(MessageOutcome.Written));
        }

        Assert.True(await harness.Settler.DrainAsync(Patience));
        Assert.Equal((0, 0), (harness.Queue.Counts.Total, harness.Permits.Taken));
    }

    [Fact]
    public async Task An_entry_that_is_refused_for_good_is_logged_once_and_gives_its_permit_back()
    {
        await using var harness = await QueueHarness.StartAsync(10);
        var messages = await harness.ReceiveAsync();
        harness.Server.Faults.Inject(new SqsFault(SqsFaultKind.EntryFailsOnSender) { Operation = SqsOperation.DeleteMessageBatch, Times = 4 });
        foreach (var message in messages)
        {
            harness.Settler.Settle(message, new Handled(MessageOutcome.Written));
        }

        Assert.True(await harness.Settler.DrainAsync(Patience));
        Assert.Equal((4, 0), (harness.Queue.Counts.Total, harness.Permits.Taken));
        Assert.Single(harness.Logs.WithEvent(1111));
    }

    [Fact]
    public async Task Messages_whose_handles_expired_are_not_deleted_and_logged_once_a_minute()
    {
        var time = new ManualTimeProvider();
        await using var harness = await QueueHarness.StartAsync(30, time);
        var messages = new List<ReceivedMessage>();
        for (var batch = 0; batch < 3; batch++)
        {
            messages.AddRange(await harness.ReceiveAsync());
        }

        time.Advance(TimeSpan.FromSeconds(30));
        messages.ForEach(message => harness.Settler.Settle(message, new Handled(MessageOutcome.Written)));

        Assert.True(await harness.Settler.DrainAsync(Patience));
        Assert.Equal((30, 0L, 0), (harness.Queue.Counts.Total, harness.Queue.Figures.Deleted, harness.Permits.Taken));
        Assert.Single(harness.Logs.WithEvent(1112));
    }

    [Fact]
    public async Task A_drain_gives_up_when_the_queue_hangs_and_gives_the_permits_back()
    {
        await using var harness = await QueueHarness.StartAsync(2);
        var messages = await harness.ReceiveAsync();
        harness.Server.Faults.Inject(new SqsFault(SqsFaultKind.Hang) { Operation = SqsOperation.DeleteMessageBatch });
        foreach (var message in messages)
        {
            harness.Settler.Settle(message, new Handled(MessageOutcome.Written));
        }

        Assert.False(await harness.Settler.DrainAsync(TimeSpan.FromMilliseconds(300)));
        Assert.Equal((2, 0), (harness.Queue.Counts.Total, harness.Permits.Taken));
    }

    [Fact]
    public async Task Deletes_that_hang_at_a_stop_keep_no_message_from_being_returned()
    {
        var time = new ManualTimeProvider();
        await using var harness = await QueueHarness.StartAsync(2, time);
        var messages = await harness.ReceiveAsync();
        harness.Server.Faults.Inject(new SqsFault(SqsFaultKind.Hang) { Operation = SqsOperation.DeleteMessageBatch });
        harness.Settler.Settle(messages[0], new Handled(MessageOutcome.Written));
        harness.Settler.Settle(messages[1], Handled.Failed(ReturnReason.Stopping));
        var drained = harness.Settler.DrainAsync(TimeSpan.FromSeconds(2));
        await Eventually.HoldsAsync(() => harness.Queue.Counts.Ready == 1 && harness.Permits.Taken == 1, "the other message is returned while the delete hangs");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await drained);
        Assert.Equal((1, 1, 0), (harness.Queue.Counts.Ready, harness.Queue.Counts.InFlight, harness.Permits.Taken));
    }

    [Fact]
    public async Task Messages_returned_without_delay_can_be_received_at_once()
    {
        await using var harness = await QueueHarness.StartAsync(12);
        foreach (var message in (await harness.ReceiveAsync()).Concat(await harness.ReceiveAsync()))
        {
            harness.Settler.Settle(message, Handled.Failed(ReturnReason.Stopping));
        }

        await harness.Settler.DrainAsync(Patience);
        Assert.Equal((12, 0), (harness.Queue.Counts.Ready, harness.Permits.Taken));
    }

    [Fact]
    public async Task A_message_that_is_left_stays_hidden_in_the_queue_and_gives_its_permit_back_at_once()
    {
        await using var harness = await QueueHarness.StartAsync(1);
        var message = Assert.Single(await harness.ReceiveAsync());
        var settlement = harness.Settler.Settle(message, new Handled(MessageOutcome.Malformed));
        Assert.Equal(SettlementAction.Leave, settlement.Action);
        Assert.Equal((1, 0), (harness.Queue.Counts.InFlight, harness.Permits.Taken));
    }

    [Fact]
    public async Task A_receive_that_waits_for_permits_gets_those_of_processed_messages_without_waiting_for_a_full_batch()
    {
        var time = new ManualTimeProvider();
        await using var harness = await QueueHarness.StartAsync(1, time);
        var message = Assert.Single(await harness.ReceiveAsync());
        harness.Settler.Settle(message, new Handled(MessageOutcome.Written));
        var wait = harness.Permits.TryTakeAsync(harness.Settings.MaxInFlight, 0, Patience, TimeProvider.System, CancellationToken.None);
        Assert.True(await wait);
        Assert.Equal(0, harness.Queue.Counts.Total);
    }

    [Fact]
    public async Task Messages_that_cannot_be_returned_give_their_permits_back()
    {
        await using var harness = await QueueHarness.StartAsync(2);
        var messages = await harness.ReceiveAsync();
        harness.Server.Faults.Inject(new SqsFault(SqsFaultKind.InternalError));
        foreach (var message in messages)
        {
            harness.Settler.Settle(message, Handled.Failed(ReturnReason.Stopping));
        }

        await harness.Settler.DrainAsync(Patience);
        Assert.Equal((2, 0), (harness.Queue.Counts.InFlight, harness.Permits.Taken));
    }
}
