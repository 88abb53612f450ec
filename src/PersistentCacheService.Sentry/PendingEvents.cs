namespace PersistentCacheService.Sentry;

/// <summary>Counts events between capture and the end of their delivery, so that a flush knows when all are gone.</summary>
internal sealed class PendingEvents
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _none;
    private int _count;

    public void Add()
    {
        lock (_lock)
        {
            _count++;
        }
    }

    public void Remove()
    {
        lock (_lock)
        {
            _count--;
            if (_count == 0)
            {
                _none?.SetResult();
                _none = null;
            }
        }
    }

    /// <summary>Completes when no event is pending.</summary>
    public Task WhenNone()
    {
        lock (_lock)
        {
            if (_count == 0)
            {
                return Task.CompletedTask;
            }

            _none ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _none.Task;
        }
    }
}
