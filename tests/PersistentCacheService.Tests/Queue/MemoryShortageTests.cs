using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Queue;
using TestKit;

#pragma warning disable CA2201, MA0012 // The runtime's own exception is what all of this is about.

namespace PersistentCacheService.Tests.Queue;

public sealed class MemoryShortageTests : IDisposable
{
    private const int OutOfMemory = 1008;
    private const int StaysShort = 1009;

    private static readonly OutOfMemoryException Failure = new();

    private readonly ManualTimeProvider _time = new();
    private readonly CapturedLogs _logs = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);

    public void Dispose() => _logs.Dispose();

    [Fact]
    public void Other_errors_change_nothing()
    {
        var memory = Shortage();
        Assert.False(memory.Observe(new InvalidOperationException()));
        Assert.False(memory.IsPausing);
        Assert.Empty(_logs.Entries);
    }

    [Fact]
    public async Task When_memory_runs_out_receiving_pauses_and_it_is_logged_once_a_minute()
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

    private MemoryShortage Shortage() => new(new PollWidth(null!, _time), _lifetime, _time, _logs.Logger<MemoryShortage>());
}
