namespace PersistentCacheService.Queue;

/// <summary>
/// Bounds the messages held at once. Permits are taken for a whole batch before it is received and released one by one when a message
/// leaves, so nothing is ever received that cannot be held. Waiters are served in their order. Messages that wait for something slow can be
/// set aside, in places of their own; their permits are free for others meanwhile.
/// </summary>
/// <param name="limit">Permits in all.</param>
/// <param name="asideLimit">Places for messages set aside.</param>
internal sealed class InFlightLimiter(int limit, int asideLimit)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiters = new();
    private int _free = limit;
    private long _released;
    private int _aside;

    /// <summary>Called outside any lock when a caller must wait: a part that keeps permits for convenience should release them now.</summary>
    public Action? OnWait { get; set; }

    /// <summary>Permits in all.</summary>
    public int Limit { get; } = limit;

    /// <summary>
    /// Permits that are taken, by messages in flight or for receive calls under way. For moments more than <see cref="Limit"/>: a message that was set
    /// aside does not wait for a permit when it continues.
    /// </summary>
    public int Taken => Limit - Volatile.Read(ref _free);

    /// <summary>Messages set aside.</summary>
    public int Aside => Volatile.Read(ref _aside);

    /// <summary>Whether a caller waits for permits.</summary>
    public bool HasWaiters
    {
        get
        {
            lock (_gate)
            {
                return _waiters.Count > 0;
            }
        }
    }

    /// <summary>Whether a caller waits, and all permits that are taken are those of <paramref name="messages"/>: only their end can serve it.</summary>
    public bool IsWaitingFor(int messages)
    {
        lock (_gate)
        {
            return _waiters.Count > 0 && Limit - _free <= messages;
        }
    }

    /// <summary>How many permits were ever released. While a receiver waits, a number that does not grow means that messages are stuck.</summary>
    public long Released => Volatile.Read(ref _released);

    /// <summary>Takes <paramref name="count"/> permits at once.</summary>
    /// <param name="count">1..<see cref="Limit"/>.</param>
    /// <param name="spare">Permits that must stay free then, 0 or more.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when they were not free in time or the wait was cancelled; then none is taken.</returns>
    public ValueTask<bool> TryTakeAsync(int count, int spare, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Limit - spare);
        LinkedListNode<Waiter> node;
        lock (_gate)
        {
            if (TryTake(count, spare))
            {
                return ValueTask.FromResult(true);
            }

            node = _waiters.AddLast(new Waiter(count, count + spare));
        }

        OnWait?.Invoke();
        return WaitAsync(node, patience, time, cancellationToken);
    }

    /// <summary>Takes <paramref name="count"/> permits if they are free and no caller waits for any.</summary>
    /// <param name="count">How many.</param>
    /// <param name="spare">Permits that must stay free then.</param>
    public bool TryTake(int count, int spare = 0)
    {
        lock (_gate)
        {
            var taken = _waiters.Count == 0 && _free >= count + spare;
            _free -= taken ? count : 0;
            return taken;
        }
    }

    /// <summary>Releases permits.</summary>
    public void Release(int count)
    {
        if (count <= 0)
        {
            return;
        }

        Interlocked.Add(ref _released, count);
        lock (_gate)
        {
            _free += count;
            Serve();
        }
    }

    /// <summary>Sets a message aside: its permit is free for others until <see cref="TakeBack"/>.</summary>
    /// <returns>False when all places are taken; the message keeps its permit.</returns>
    public bool TrySetAside()
    {
        lock (_gate)
        {
            if (_aside >= asideLimit)
            {
                return false;
            }

            _aside++;
        }

        Release(1);
        return true;
    }

    /// <summary>A message that was set aside continues, and holds a permit again at once.</summary>
    public void TakeBack()
    {
        lock (_gate)
        {
            _aside--;
            _free--;
        }
    }

    private async ValueTask<bool> WaitAsync(LinkedListNode<Waiter> node, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await node.Value.Granted.Task.WaitAsync(patience, time, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            lock (_gate)
            {
                if (node.List is null)
                {
                    // Served at the same moment: the permits are ours.
                    return true;
                }

                _waiters.Remove(node);

                // A later one that asked for fewer may be served now.
                Serve();
                return false;
            }
        }
    }

    private void Serve()
    {
        while (_waiters.First is { } first && first.Value.Needs <= _free)
        {
            _free -= first.Value.Count;
            _waiters.RemoveFirst();
            first.Value.Granted.SetResult();
        }
    }

    private sealed record Waiter(int Count, int Needs)
    {
        // Asynchronous continuations: a receiver must not run on the thread, and under the lock, of the part that releases.
        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
