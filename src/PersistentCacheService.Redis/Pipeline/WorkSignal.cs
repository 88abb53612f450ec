using System.Threading.Tasks.Sources;

namespace PersistentCacheService.Redis.Pipeline;

/// <summary>Wakes one waiting loop, again and again, without allocating. <see cref="Set"/> is called once per <see cref="WaitAsync"/>.</summary>
internal sealed class WorkSignal : IValueTaskSource
{
    // Asynchronously: the caller of Set is a caller of ExecuteAsync, which must not find itself writing to the socket.
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

    /// <summary>Completes with the next <see cref="Set"/>. One waiter at a time.</summary>
    public ValueTask WaitAsync()
    {
        _core.Reset();
        return new ValueTask(this, _core.Version);
    }

    /// <summary>Wakes the waiter.</summary>
    public void Set() => _core.SetResult(result: true);

    /// <inheritdoc/>
    public void GetResult(short token) => _core.GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
