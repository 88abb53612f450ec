using LocalSqs.Faults;
using LocalSqs.Protocol;
using PersistentCacheService.Queue;
using TestKit;

namespace PersistentCacheService.Tests.Queue;

public sealed class QueueAttributesTests
{
    private const int CallFailed = 1101;

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task An_idle_queues_attributes_are_read_once_and_again_only_after_a_message_came()
    {
        await using var harness = await QueueHarness.StartAsync(0);
        using var monitor = await StartAsync(harness);

        // Every further read fails and says so.
        harness.Server.Faults.Inject(new SqsFault(SqsFaultKind.InternalError) { Operation = SqsOperation.GetQueueAttributes });
        for (var i = 0; i < 12; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(5));
            await Eventually.HoldsAsync(() => _time.WaitingTimers == 1, "the monitor waits");
        }

        Assert.Empty(harness.Logs.WithEvent(CallFailed));
        harness.Queue.Enqueue("message");
        await harness.ReceiveAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        await Eventually.HoldsAsync(() => harness.Logs.WithEvent(CallFailed).Any(), "the attributes are read");
        await monitor.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Attributes_that_could_not_be_read_are_asked_for_again_without_any_message()
    {
        await using var harness = await QueueHarness.StartAsync(0);
        harness.Server.Faults.Inject(new SqsFault(SqsFaultKind.InternalError) { Operation = SqsOperation.GetQueueAttributes, Times = 1 });
        using var monitor = await StartAsync(harness);
        Assert.Null(harness.Properties.MaxReceiveCount);

        _time.Advance(TimeSpan.FromSeconds(15));
        await Eventually.HoldsAsync(() => harness.Logs.WithEvent(1105).Any(), "the attributes are read");
        await monitor.StopAsync(CancellationToken.None);
    }

    private async Task<QueueAttributesMonitor> StartAsync(QueueHarness harness)
    {
        var monitor = new QueueAttributesMonitor(
            harness.Consumed, harness.Settings, harness.Properties, harness.Health, _time, harness.Logs.Logger<QueueAttributesMonitor>());
        await monitor.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => _time.WaitingTimers == 1, "the monitor waits");
        return monitor;
    }
}
