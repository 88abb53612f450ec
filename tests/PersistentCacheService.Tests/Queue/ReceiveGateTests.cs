using PersistentCacheService.Queue;
using TestKit;

namespace PersistentCacheService.Tests.Queue;

public sealed class ReceiveGateTests
{
    private readonly ManualTimeProvider _time = new();

    [SkippableTheory]
    [InlineData(1, 100)]
    [InlineData(12, 120)]
    public async Task More_than_a_hundred_messages_or_a_batch_for_each_receiver_are_taken_only_when_those_in_flight_do_not_leave_for_a_moment(int consumers, int usual)
    {
        await using var harness = await PipelineHarness.StartAsync();
        var permits = new InFlightLimiter(limit: 300, asideLimit: 0);
        var gate = Gate(harness, consumers, permits);
        Assert.True(permits.TryTake(usual - gate.BatchSize));
        Assert.True(await gate.TryEnterAsync(CancellationToken.None));

        var overlaps = gate.TryEnterAsync(CancellationToken.None).AsTask();
        await Eventually.HoldsAsync(() => _time.WaitingTimers == 1, "the gate waits for a batch in flight");
        Assert.Equal(usual, permits.Taken);
        _time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.True(await overlaps);

        permits.Release(gate.BatchSize * 2);
        Assert.True(await gate.TryEnterAsync(CancellationToken.None));
    }

    [SkippableFact]
    public async Task Permits_that_do_not_come_free_for_five_minutes_mean_that_messages_are_stuck()
    {
        await using var harness = await PipelineHarness.StartAsync();
        var permits = harness.Queue.Permits;
        var gate = Gate(harness, consumers: permits.Limit / harness.Queue.Settings.BatchSize);
        Assert.True(permits.TryTake(permits.Limit));
        for (var seconds = 0; seconds <= 300; seconds += 5)
        {
            Assert.False(gate.IsStuck);
            var enters = gate.TryEnterAsync(CancellationToken.None).AsTask();
            await Eventually.HoldsAsync(() => _time.WaitingTimers == 1, "the gate waits for permits");
            _time.Advance(TimeSpan.FromSeconds(5));
            Assert.False(await enters);
        }

        Assert.True(gate.IsStuck);
        permits.Release(permits.Limit);
        Assert.True(await gate.TryEnterAsync(CancellationToken.None));
        Assert.False(gate.IsStuck);
    }

    [SkippableFact]
    public async Task After_a_failed_call_the_gate_pauses_and_lets_another_receiver_poll()
    {
        await using var harness = await PipelineHarness.StartAsync();
        var gate = Gate(harness, consumers: 1);
        Assert.True(await gate.TryEnterAsync(CancellationToken.None));
        harness.Queue.Permits.Release(gate.BatchSize);
        Assert.Equal(1, harness.Width.Polling);

        var pause = gate.Failed(new TimeoutException());
        Assert.Equal(0, harness.Width.Polling);
        var enters = gate.TryEnterAsync(CancellationToken.None).AsTask();
        await Eventually.HoldsAsync(() => _time.WaitingTimers == 1, "the gate pauses");
        Assert.Equal(0, harness.Width.Polling);
        _time.Advance(pause);
        Assert.True(await enters);
    }

    private ReceiveGate Gate(PipelineHarness harness, int consumers, InFlightLimiter? permits = null) => new(
        harness.Queue.Settings with { Consumers = consumers }, harness.Width, harness.Memory, harness.Gate, permits ?? harness.Queue.Permits, _time, static () => 0.5);
}
