using System.Threading.Tasks.Sources;

namespace PersistentCacheService.Redis.Pipeline;

/// <summary>Wakes one waiting loop, again and again, without allocating. <see cref="Set"/> is called once per <see cref="WaitAsync"/>.</summary>
internal sealed class WorkSignal : IValueTaskSource, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<bool> _core;

    /// <summary>Completes with the next <see cref="Set"/>. One waiter at a time.</summary>
    public ValueTask WaitAsync()
    {
        _core.Reset();
        return new ValueTask(this, _core.Version);
    }

    /// <summary>
    /// Wakes the waiter on the thread pool, through the common queue and not this thread's own: callers that were just resumed and wait in
    /// the own queue come first and add their commands, so that one write carries them all (measured: 1.4 commands to a write otherwise).
    /// </summary>
    public void Set() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute() => _core.SetResult(result: true);

    /// <inheritdoc/>
    public void GetResult(short token) => _core.GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
