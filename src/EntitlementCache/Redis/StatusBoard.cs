namespace EntitlementCache.Redis;

/// <summary>Shows the connection's status; the loop of <see cref="RedisClient"/> alone writes it.</summary>
/// <param name="onChange">Called after every change, in order: return soon and never throw.</param>
internal sealed class StatusBoard(Action<RedisStatus> onChange)
{
    private volatile RedisStatus _current = new(RedisConnectionState.Disconnected, LastFailure: null);
    private volatile TaskCompletionSource _ready = NewSource();

    /// <summary>The status now.</summary>
    public RedisStatus Current => _current;

    /// <summary>Completes while the state is Ready; faults when it is Closed.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Shows a new state and, when there is one, the failure that led to it.</summary>
    public void Show(RedisConnectionState state, RedisFailureException? failure = null)
    {
        var previous = _current;
        _current = new RedisStatus(state, failure ?? previous.LastFailure);
        if (state == RedisConnectionState.Ready)
        {
            _ready.TrySetResult();
        }
        else if (previous.State == RedisConnectionState.Ready)
        {
            _ready = NewSource();
        }

        if (state == RedisConnectionState.Closed)
        {
            _ready.TrySetException(new RedisFailureException(RedisFailureKind.Closed, "The Redis client is closed."));
        }

        onChange(_current);
    }

    private static TaskCompletionSource NewSource()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // Nothing may be waiting when it faults.
        _ = source.Task.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return source;
    }
}
