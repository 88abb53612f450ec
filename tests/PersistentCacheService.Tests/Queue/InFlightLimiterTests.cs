using PersistentCacheService.Queue;
using TestKit;

namespace PersistentCacheService.Tests.Queue;

public sealed class InFlightLimiterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Permits_are_given_all_at_once_or_not_at_all()
    {
        var limiter = new InFlightLimiter(10, asideLimit: 4);
        Assert.True(await limiter.TryTakeAsync(7, 0, Patience, _time, CancellationToken.None));

        var waiting = limiter.TryTakeAsync(4, 0, Patience, _time, CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);
        Assert.Equal(7, limiter.Taken);

        limiter.Release(1);
        Assert.True(await waiting);
        Assert.Equal(10, limiter.Taken);
    }

    [Fact]
    public async Task Permits_are_given_only_when_those_to_spare_stay_free()
    {
        var limiter = new InFlightLimiter(10, asideLimit: 0);
        Assert.True(limiter.TryTake(4, spare: 6));
        Assert.False(limiter.TryTake(1, spare: 6));
        var waiting = limiter.TryTakeAsync(2, 6, Patience, _time, CancellationToken.None).AsTask();
        limiter.Release(1);
        Assert.False(waiting.IsCompleted);
        limiter.Release(1);
        Assert.True(await waiting);
        Assert.Equal(4, limiter.Taken);
        Assert.True(limiter.TryTake(6));
    }

    [Fact]
    public async Task Who_came_first_is_served_first_even_when_a_later_one_wants_less()
    {
        var limiter = new InFlightLimiter(2, asideLimit: 4);
        Assert.True(await limiter.TryTakeAsync(2, 0, Patience, _time, CancellationToken.None));
        var first = limiter.TryTakeAsync(2, 0, Patience, _time, CancellationToken.None).AsTask();
        var second = limiter.TryTakeAsync(1, 0, Patience, _time, CancellationToken.None).AsTask();

        limiter.Release(1);
        Assert.False(second.IsCompleted);
        limiter.Release(1);
        Assert.True(await first);
        limiter.Release(2);
        Assert.True(await second);
    }

    [Fact]
    public async Task A_wait_that_ends_without_permits_takes_none_and_lets_the_next_one_through()
    {
        var limiter = new InFlightLimiter(2, asideLimit: 4);
        Assert.True(await limiter.TryTakeAsync(1, 0, Patience, _time, CancellationToken.None));
        var impatient = limiter.TryTakeAsync(2, 0, TimeSpan.FromSeconds(1), _time, CancellationToken.None).AsTask();
        var modest = limiter.TryTakeAsync(1, 0, Patience, _time, CancellationToken.None).AsTask();

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.False(await impatient);
        Assert.True(await modest);
        Assert.Equal(2, limiter.Taken);
    }

    [Fact]
    public async Task A_cancelled_wait_takes_none()
    {
        var limiter = new InFlightLimiter(1, asideLimit: 4);
        Assert.True(await limiter.TryTakeAsync(1, 0, Patience, _time, CancellationToken.None));
        using var stop = new CancellationTokenSource();
        var waiting = limiter.TryTakeAsync(1, 0, Patience, _time, stop.Token).AsTask();
        await stop.CancelAsync();

        Assert.False(await waiting);
        Assert.False(limiter.HasWaiters);
        limiter.Release(1);
        Assert.Equal(0, limiter.Taken);
    }

    [Fact]
    public async Task A_caller_waits_for_some_messages_alone_when_they_hold_all_permits()
    {
        var limiter = new InFlightLimiter(3, asideLimit: 4);
        Assert.True(limiter.TryTake(2));
        Assert.False(limiter.IsWaitingFor(2));

        var waiting = limiter.TryTakeAsync(2, 0, Patience, _time, CancellationToken.None);

        Assert.True(limiter.IsWaitingFor(2));
        Assert.False(limiter.IsWaitingFor(1));
        limiter.Release(2);
        Assert.True(await waiting);
        Assert.False(limiter.IsWaitingFor(2));
    }

    [Fact]
    public async Task Somebody_who_must_wait_is_announced()
    {
        var limiter = new InFlightLimiter(1, asideLimit: 4);
        var announced = 0;
        limiter.OnWait = () => announced++;
        Assert.True(await limiter.TryTakeAsync(1, 0, Patience, _time, CancellationToken.None));
        Assert.Equal(0, announced);
        _ = limiter.TryTakeAsync(1, 0, Patience, _time, CancellationToken.None).AsTask();
        Assert.Equal(1, announced);
    }

    [Fact]
    public async Task Many_takers_never_hold_more_than_the_limit()
    {
        const int limit = 17;
        var limiter = new InFlightLimiter(limit, asideLimit: 4);
        var (held, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(worker => Task.Run(async () =>
        {
            for (var round = 0; round < 500; round++)
            {
                var count = 1 + ((worker + round) % 10);
                Assert.True(await limiter.TryTakeAsync(count, 0, Patience, TimeProvider.System, CancellationToken.None));
                var now = Interlocked.Add(ref held, count);
                InterlockedMax(ref most, now);
                await Task.Yield();
                Interlocked.Add(ref held, -count);
                limiter.Release(count);
            }
        })));

        Assert.InRange(most, 1, limit);
        Assert.Equal(0, limiter.Taken);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        var seen = Volatile.Read(ref target);
        while (value > seen && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
            seen = Volatile.Read(ref target);
        }
    }

    [Fact]
    public async Task A_message_set_aside_leaves_its_permit_to_others_and_takes_it_back_without_waiting()
    {
        var limiter = new InFlightLimiter(1, asideLimit: 1);
        Assert.True(await limiter.TryTakeAsync(1, 0, TimeSpan.Zero, TimeProvider.System, CancellationToken.None));
        Assert.True(limiter.TrySetAside());
        Assert.Equal((0, 1), (limiter.Taken, limiter.Aside));
        Assert.True(await limiter.TryTakeAsync(1, 0, TimeSpan.Zero, TimeProvider.System, CancellationToken.None));
        Assert.False(limiter.TrySetAside());

        limiter.TakeBack();
        Assert.Equal((2, 0), (limiter.Taken, limiter.Aside));
        limiter.Release(1);
        Assert.False(await limiter.TryTakeAsync(1, 0, TimeSpan.Zero, TimeProvider.System, CancellationToken.None));
        limiter.Release(1);
        Assert.Equal(0, limiter.Taken);
    }
}
