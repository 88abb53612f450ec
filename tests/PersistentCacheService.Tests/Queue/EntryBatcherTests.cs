using PersistentCacheService.Queue;
using TestKit;

namespace PersistentCacheService.Tests.Queue;

public sealed class EntryBatcherTests : IAsyncDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(30);

    private readonly ManualTimeProvider _time = new();
    private readonly List<int[]> _sent = [];
    private readonly EntryBatcher<int> _batcher;
    private TaskCompletionSource? _onTheWay;
    private bool _isAwaited;
    private int _most = int.MaxValue;

    public EntryBatcherTests() => _batcher = new EntryBatcher<int>(MaxAge, _time, SendAsync, () => _isAwaited, pending => pending == _most);

    public ValueTask DisposeAsync() => _batcher.DisposeAsync();

    [Fact]
    public void A_full_batch_leaves_at_once()
    {
        AddAll(10);
        Assert.Equal(Enumerable.Range(0, 10), Assert.Single(_sent));
    }

    [Fact]
    public void All_that_can_come_leave_at_once()
    {
        _most = 3;
        AddAll(4);
        Assert.Equal([0, 1, 2], Assert.Single(_sent));
    }

    [Fact]
    public void A_batch_that_does_not_fill_leaves_when_its_first_entry_is_old_enough()
    {
        AddAll(3);
        _time.Advance(MaxAge - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_sent);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([0, 1, 2], Assert.Single(_sent));
    }

    [Fact]
    public void Thirteen_entries_are_ten_now_and_three_later()
    {
        AddAll(13);
        _time.Advance(MaxAge);
        Assert.Equal([10, 3], _sent.Select(static batch => batch.Length));
    }

    [Fact]
    public void Hurry_sends_a_few_unless_a_batch_is_on_its_way()
    {
        _onTheWay = new TaskCompletionSource();
        AddAll(1);
        _batcher.Hurry();
        AddAll(2);
        _batcher.Hurry();
        Assert.Equal([0], Assert.Single(_sent));
    }

    [Fact]
    public async Task When_a_batch_arrived_and_somebody_waits_the_rest_follows_at_once()
    {
        _isAwaited = true;
        _onTheWay = new TaskCompletionSource();
        AddAll(1);
        _batcher.Hurry();
        AddAll(2);
        _onTheWay.SetResult();

        await Eventually.HoldsAsync(() => _sent.Count == 2, "the second batch is sent");
        Assert.Equal([0, 1], _sent[1]);
    }

    [Fact]
    public async Task Drain_sends_the_rest_and_waits_for_everything_on_its_way()
    {
        _onTheWay = new TaskCompletionSource();
        AddAll(12);
        var drained = _batcher.DrainAsync();
        Assert.Equal([10, 2], _sent.Select(static batch => batch.Length));
        Assert.False(drained.IsCompleted);
        _onTheWay.SetResult();
        await drained;
    }

    [Fact]
    public async Task Drain_of_nothing_is_done_at_once_and_later_entries_are_sent_alone()
    {
        await _batcher.DrainAsync();
        AddAll(1);
        Assert.Equal([0], Assert.Single(_sent));
    }

    private void AddAll(int count)
    {
        for (var entry = 0; entry < count; entry++)
        {
            _batcher.Add(entry);
        }
    }

    private Task SendAsync(List<int> batch)
    {
        _sent.Add([.. batch]);
        return _onTheWay?.Task ?? Task.CompletedTask;
    }
}
