using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Consuming;
using PersistentCacheService.Observability;
using TestKit;
using TestKit.Messages;

#pragma warning disable CA2201, MA0012 // The runtime's own exception is what all of this is about.

namespace PersistentCacheService.Tests.Consuming;

public sealed class MemoryShortageTests : IDisposable
{
    private const int OutOfMemory = 1008;
    private const int StaysShort = 1009;
    private static readonly TimeSpan HandleLife = TimeSpan.FromSeconds(25);

    private static readonly OutOfMemoryException Failure = new();

    private readonly ManualTimeProvider _time = new();
    private readonly CapturedLogs _logs = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);

    public void Dispose() => _logs.Dispose();

    [Fact]
    public void Other_errors_are_none_of_its_business()
    {
        var memory = Shortage();
        Assert.False(memory.Observe(new InvalidOperationException()));
        Assert.False(memory.IsPausing);
        Assert.Empty(_logs.Entries);
    }

    [Fact]
    public async Task When_memory_runs_out_receiving_pauses_and_a_person_is_told_once_a_minute()
    {
        var memory = Shortage();
        Assert.True(memory.Observe(Failure));
        Assert.True(memory.Observe(Failure));
        Assert.Single(_logs.WithEvent(OutOfMemory));

        var pause = memory.WaitUntilOverAsync(CancellationToken.None);
        Assert.False(pause.IsCompleted);
        _time.Advance(MemoryShortage.Pause);
        await pause;
        Assert.False(memory.IsPausing);
    }

    [Fact]
    public void A_shortage_that_goes_on_for_a_minute_ends_the_service_once()
    {
        var memory = Shortage();
        for (var since = TimeSpan.Zero; since < MemoryShortage.Longest; since += MemoryShortage.Pause)
        {
            memory.Observe(Failure);
            Assert.False(_lifetime.ApplicationStopping.IsCancellationRequested);
            _time.Advance(MemoryShortage.Pause);
        }

        memory.Observe(Failure);
        memory.Observe(Failure);
        Assert.True(memory.HasEndedService);
        Assert.True(_lifetime.ApplicationStopping.IsCancellationRequested);
        Assert.Single(_logs.WithEvent(StaysShort));
    }

    [Fact]
    public void Shortages_with_calm_between_them_end_nothing()
    {
        var memory = Shortage();
        for (var i = 0; i < 100; i++)
        {
            memory.Observe(Failure);
            _time.Advance(MemoryShortage.Calm);
        }

        Assert.False(memory.HasEndedService);
        Assert.False(_lifetime.ApplicationStopping.IsCancellationRequested);
    }

    [Fact]
    public async Task A_message_that_meets_a_shortage_is_given_back_for_long_when_its_next_delivery_is_the_last()
    {
        await using var harness = await QueueHarness.StartAsync(1);
        harness.Properties.SetMaxReceiveCount(2);
        var message = Assert.Single(await harness.ReceiveAsync(HandleLife));

        var giveBack = Shortage(harness.Properties).GiveBack(message);
        Assert.Equal(ReturnReason.OutOfMemory, giveBack.Reason);
        Assert.InRange(giveBack.Delay, TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(15));
    }

    [Fact]
    public async Task Memory_runs_out_while_a_message_is_handled_it_stays_in_the_queue_hidden_and_its_permit_comes_back()
    {
        await using var harness = await QueueHarness.StartAsync(0);
        harness.Queue.Enqueue(StiggMessages.PackagePublished());
        var memory = Shortage(harness.Properties);
        var processor = new MessageProcessor(
            writer: null!, refresher: null!, harness.Acknowledger, harness.Returner, harness.Limiter, memory, harness.Metrics, new Tally(), new ExhaustedTimeProvider(), harness.Logs.Logger<MessageProcessor>());
        var response = await harness.Consumed.ReceiveAsync(CancellationToken.None);
        Assert.True(await harness.Limiter.TryTakeAsync(1, TimeSpan.Zero, TimeProvider.System, CancellationToken.None));

        processor.Start(new ReceivedBatch(response, HandleLife, TimeProvider.System, CancellationToken.None));
        await harness.Returner.DrainAsync(TimeSpan.FromSeconds(20));

        Assert.Equal((1, 0), (harness.Queue.Counts.InFlight, harness.Limiter.Taken));
        Assert.Single(_logs.WithEvent(OutOfMemory));
        Assert.Empty(harness.Logs.Entries);
        Assert.True(memory.IsPausing);
    }

    private MemoryShortage Shortage(QueueProperties? queue = null) => new(new PollWidth(null!, _time), _lifetime, queue!, _time, static () => 0.5, _logs.Logger<MemoryShortage>());

    /// <summary>Memory runs out when the lag of a message is measured, which is in the middle of its handling.</summary>
    private sealed class ExhaustedTimeProvider : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => throw Failure;
    }
}
