namespace PersistentCacheService.Queue;

/// <summary>
/// Collects entries of all receivers into batches: a batch leaves when it is full, when no more can come, or when its first entry has waited long enough.
/// Nothing here bounds the number of entries: each belongs to a message that holds a permit of the <see cref="InFlightLimiter"/>.
/// </summary>
/// <typeparam name="T">Type of an entry.</typeparam>
internal sealed class EntryBatcher<T> : IAsyncDisposable
{
    /// <summary>Entries of a batch call, a limit of SQS.</summary>
    public const int BatchSize = 10;

    private readonly Lock _gate = new();
    private readonly Func<List<T>, Task> _flush;
    private readonly TimeSpan _maxAge;
    private readonly Func<bool> _isAwaited;
    private readonly Func<int, bool> _isAll;
    private readonly ITimer _timer;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<T> _pending = new(BatchSize);
    private int _flushing;
    private bool _closed;

    /// <summary>Creates an empty batcher.</summary>
    /// <param name="maxAge">Longest wait of an entry for others.</param>
    /// <param name="time">Clock.</param>
    /// <param name="flush">Sends a batch; must handle its errors, and several run at once.</param>
    /// <param name="isAwaited">Whether a receiver waits for entries to be done; then waiting for more of them only costs throughput.</param>
    /// <param name="isAll">Whether no more can come to that many pending entries before they are done: they leave at once.</param>
    public EntryBatcher(TimeSpan maxAge, TimeProvider time, Func<List<T>, Task> flush, Func<bool> isAwaited, Func<int, bool> isAll)
    {
        _flush = flush;
        _isAwaited = isAwaited;
        _isAll = isAll;
        _maxAge = maxAge;
        _timer = time.CreateTimer(static batcher => ((EntryBatcher<T>)batcher!).FlushPending(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Adds an entry. After <see cref="DrainAsync"/> entries are still taken and sent at once, each alone.</summary>
    public void Add(T entry)
    {
        List<T>? full = null;
        lock (_gate)
        {
            _pending.Add(entry);
            if (_pending.Count == BatchSize || _closed || _isAll(_pending.Count))
            {
                full = Take();
            }
            else if (_pending.Count == 1)
            {
                _timer.Change(_maxAge, Timeout.InfiniteTimeSpan);
            }
        }

        if (full is not null)
        {
            _ = RunAsync(full);
        }
    }

    /// <summary>Sends what is pending unless a batch is on its way already (then waiting for more costs no throughput).</summary>
    public void Hurry()
    {
        List<T> batch;
        lock (_gate)
        {
            if (_flushing > 0 || _pending.Count == 0)
            {
                return;
            }

            batch = Take();
        }

        _ = RunAsync(batch);
    }

    /// <summary>Sends what is pending and completes when nothing is on its way any more.</summary>
    public Task DrainAsync()
    {
        List<T>? batch = null;
        lock (_gate)
        {
            _closed = true;
            if (_pending.Count > 0)
            {
                batch = Take();
            }
            else if (_flushing == 0)
            {
                _drained.TrySetResult();
            }
        }

        if (batch is not null)
        {
            _ = RunAsync(batch);
        }

        return _drained.Task;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void FlushPending()
    {
        List<T> batch;
        lock (_gate)
        {
            if (_pending.Count == 0)
            {
                return;
            }

            batch = Take();
        }

        _ = RunAsync(batch);
    }

    // The timer is left as it is: the first entry of the next batch sets it again, and without one it fires for nothing.
    private List<T> Take()
    {
        var batch = _pending;
        _pending = new List<T>(BatchSize);
        _flushing++;
        return batch;
    }

    private async Task RunAsync(List<T> batch)
    {
        try
        {
            await _flush(batch);
        }
        finally
        {
            lock (_gate)
            {
                _flushing--;
                if (_closed && _flushing == 0 && _pending.Count == 0)
                {
                    _drained.TrySetResult();
                }
            }

            if (_isAwaited())
            {
                Hurry();
            }
        }
    }
}
