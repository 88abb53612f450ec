using Microsoft.Extensions.Logging;

namespace PersistentCacheService.Redis.Connection;

/// <summary>Shows the client's status to everybody; the owner loop alone writes it.</summary>
/// <param name="clock">Dates the changes.</param>
/// <param name="logger">Hears of a subscriber that throws.</param>
/// <param name="onChange">Called after every change with the previous and the new status, on the owner's thread.</param>
internal sealed class StatusBoard(TimeProvider clock, ILogger logger, Action<RedisStatus, RedisStatus> onChange)
{
    private volatile RedisStatus _current = new(RedisConnectionState.Disconnected, clock.GetUtcNow(), LastErrorKind: null, LastErrorMessage: null);
    private volatile TaskCompletionSource _ready = NewSource();

    /// <summary>The status now.</summary>
    public RedisStatus Current => _current;

    /// <summary>Completes while the state is Ready; faults when it is Closed.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Shows a new state and, when there is one, the error that led to it.</summary>
    public void Show(RedisConnectionState state, RedisException? error = null)
    {
        var previous = _current;
        _current = new RedisStatus(state, clock.GetUtcNow(), error?.Kind ?? previous.LastErrorKind, error?.Message ?? previous.LastErrorMessage);
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
            _ready.TrySetException(new RedisException(RedisErrorKind.Closed, "The Redis client is closed."));
        }

        Tell(previous, _current);
    }

    private static TaskCompletionSource NewSource()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // Nobody may be waiting when it faults.
        _ = source.Task.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return source;
    }

    private void Tell(RedisStatus previous, RedisStatus current)
    {
        try
        {
            onChange(previous, current);
        }
        catch (Exception exception)
        {
            Log.SubscriberFailed(logger, exception);
        }
    }
}
