using Sidecar.Origin;
using TestKit;

namespace Sidecar.Tests.Origin;

public sealed class FetchSlotsTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider _time = new();
    private readonly CapturedLogs _logs = new();
    private readonly FetchSlots _slots;

    public FetchSlotsTests() => _slots = new FetchSlots(1, Patience, _time, _logs.Logger<FetchSlots>());

    public void Dispose()
    {
        _slots.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task A_slot_that_becomes_free_goes_to_the_first_that_waits()
    {
        Assert.True(await _slots.TryTakeAsync(default));
        var first = _slots.TryTakeAsync(default).AsTask();
        var second = _slots.TryTakeAsync(default).AsTask();

        _slots.Release();

        Assert.True(await first);
        Assert.False(second.IsCompleted);
        _slots.Release();
        Assert.True(await second);
        Assert.Empty(_logs.WithEvent(3104));
    }

    [Fact]
    public async Task Too_many_do_not_wait_and_are_told_once_a_minute()
    {
        Assert.True(await _slots.TryTakeAsync(default));
        var waiting = Enumerable.Range(0, FetchSlots.WaitersPerSlot).Select(_ => _slots.TryTakeAsync(default).AsTask()).ToArray();

        for (var i = 0; i < 10; i++)
        {
            Assert.False(await _slots.TryTakeAsync(default));
        }

        Assert.All(waiting, static one => Assert.False(one.IsCompleted));
        Assert.Single(_logs.WithEvent(3104));

        // Who leaves makes room.
        _slots.Release();
        Assert.True(await waiting[0]);
        Assert.False(_slots.TryTakeAsync(default).AsTask().IsCompleted);
    }

    [Fact]
    public async Task None_waits_longer_than_the_patience()
    {
        Assert.True(await _slots.TryTakeAsync(default));
        var waiting = _slots.TryTakeAsync(default).AsTask();

        _time.Advance(Patience);

        Assert.False(await waiting);
        _slots.Release();
        Assert.True(await _slots.TryTakeAsync(default));
    }

    [Fact]
    public async Task A_cancelled_wait_is_no_refusal()
    {
        Assert.True(await _slots.TryTakeAsync(default));
        using var stop = new CancellationTokenSource();
        var waiting = _slots.TryTakeAsync(stop.Token).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Empty(_logs.WithEvent(3104));
    }
}
