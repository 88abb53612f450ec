using PersistentCacheService.Settings;

namespace PersistentCacheService.Queue;

/// <summary>
/// How many receivers ask the queue at once. One always does. Each call that finds a backlog doubles the number, up to all; each call that comes back
/// empty lets its receiver stop. So an idle queue costs one long poll after the other, and all receivers poll within a few round trips of a burst.
/// </summary>
internal sealed class PollWidth(QueueSettings settings, TimeProvider time)
{
    // The first one may be chance: a message that came just when a long poll began, or the second of a pair that was sent together.
    private const int EnoughInARow = 2;

    // A call that took longer waited for its messages, so there was no backlog. Generous enough for a far region, and harmless: where messages come that
    // fast, ten long polls of 20 s that share them still come back with one every 10 s, and none is wasted.
    private static readonly TimeSpan WithoutWaiting = TimeSpan.FromSeconds(1);

    // A call that took this long spent most of it on the network (within an AWS region: 10 to 30 ms). When this machine is the limit, more calls would
    // only cost memory.
    private static readonly TimeSpan NetworkBound = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private TaskCompletionSource _roomMade = NewSignal();
    private int _width = 1;
    private int _polling;
    private int _backlogsInARow;
    private bool _readsAhead;
    private (long Began, TimeSpan Duration)? _narrow;

    /// <summary>Receivers that ask the queue now, or wait for permits to do so. The others wait until they are needed.</summary>
    public int Polling => Volatile.Read(ref _polling);

    /// <summary>
    /// Whether a receiver should have two calls under way: all receivers poll, there is a backlog, and calls take as long as a network does. With 15 ms a
    /// call, ten receivers received 7,500 messages/s this way, instead of 5,200.
    /// </summary>
    public bool ReadsAhead => Volatile.Read(ref _readsAhead);

    /// <summary>Waits until one more is needed.</summary>
    /// <param name="patience">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the caller is the one: then it polls until <see cref="Continues"/> says otherwise, or until it leaves.</returns>
    public async ValueTask<bool> TryJoinAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        if (TryJoin(out var roomMade))
        {
            return true;
        }

        await roomMade.WaitAsync(patience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellationToken.IsCancellationRequested && TryJoin(out _);
    }

    /// <summary>A call of a receiver that polls succeeded.</summary>
    /// <param name="messages">How many it brought.</param>
    /// <param name="took">How long it took.</param>
    /// <returns>Whether the receiver continues to poll; if not, it has left.</returns>
    public bool Continues(int messages, TimeSpan took)
    {
        // Half: SQS fills a call from some of its servers, and sends fewer than asked for even when thousands wait.
        var isBacklog = messages * 2 >= settings.BatchSize && took < WithoutWaiting;
        var all = Volatile.Read(ref _width) == settings.Consumers;
        Volatile.Write(ref _readsAhead, isBacklog && all && took >= NetworkBound);
        if (messages == 0)
        {
            return !TryStepAside();
        }

        if (!all)
        {
            Weigh(isBacklog);
        }

        return true;
    }

    /// <summary>A receiver pauses after an error: another one takes its turn, so that one bad connection does not stop the others.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _polling--;
            MakeRoom();
        }
    }

    /// <summary>Lets only one receiver poll for this long, whatever it finds. Receivers that poll now leave by themselves.</summary>
    public void Narrow(TimeSpan duration)
    {
        lock (_gate)
        {
            _width = 1;
            _readsAhead = false;
            _narrow = (time.GetTimestamp(), duration);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool TryJoin(out Task roomMade)
    {
        lock (_gate)
        {
            roomMade = _roomMade.Task;
            if (_polling >= _width)
            {
                return false;
            }

            _polling++;
            return true;
        }
    }

    private bool TryStepAside()
    {
        lock (_gate)
        {
            _backlogsInARow = 0;
            _width = Math.Max(_width - 1, 1);
            if (_polling <= _width)
            {
                return false;
            }

            _polling--;
            return true;
        }
    }

    private void Weigh(bool isBacklog)
    {
        lock (_gate)
        {
            _backlogsInARow = isBacklog ? _backlogsInARow + 1 : 0;
            if (_backlogsInARow >= EnoughInARow && !(_narrow is { } narrow && time.GetElapsedTime(narrow.Began) < narrow.Duration))
            {
                _narrow = null;
                _width = Math.Min(_width * 2, settings.Consumers);
                MakeRoom();
            }
        }
    }

    private void MakeRoom()
    {
        _roomMade.SetResult();
        _roomMade = NewSignal();
    }
}
