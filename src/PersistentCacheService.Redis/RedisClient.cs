using Microsoft.Extensions.Logging;
using PersistentCacheService.Redis.Connection;

namespace PersistentCacheService.Redis;

/// <summary>
/// A pipelining client with one connection that comes back by itself. Commands are accepted while it is Ready and fail at once otherwise:
/// reconnecting is this class's work, repeating a command is the caller's, who knows what is safe to repeat.
/// </summary>
public sealed class RedisClient : IAsyncDisposable
{
    private readonly ILogger _logger;
    private readonly IRedisObserver? _observer;
    private readonly StatusBoard _board;
    private readonly ConnectionOwner _owner;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lifeLock = new();
    private Task _running = Task.CompletedTask;
    private bool _started;
    private bool _disposed;

    /// <summary>Prepares a client; <see cref="Start"/> makes it connect.</summary>
    /// <param name="options">What to connect to, and how long to wait for what.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Gets the changes of the connection.</param>
    /// <param name="observer">Is told what happens; nobody by default.</param>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    public RedisClient(RedisOptions options, TimeProvider timeProvider, ILogger<RedisClient> logger, IRedisObserver? observer = null)
        : this(options, timeProvider, logger, Random.Shared.NextDouble, observer)
    {
    }

    /// <summary>With the source of jitter, 0 (inclusive) to 1.</summary>
    internal RedisClient(RedisOptions options, TimeProvider timeProvider, ILogger<RedisClient> logger, Func<double> random, IRedisObserver? observer = null)
    {
        if (options.FindProblem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        _logger = logger;
        _observer = observer;
        _board = new StatusBoard(
            timeProvider,
            logger,
            (previous, current) => StatusChanged?.Invoke(this, new RedisStatusChangedEventArgs(previous, current)));
        _owner = new ConnectionOwner(options, timeProvider, logger, random, _observer, _board);
    }

    /// <summary>Raised after every change of <see cref="Status"/>, in order, on the connection's loop: return soon.</summary>
    public event EventHandler<RedisStatusChangedEventArgs>? StatusChanged;

    /// <summary>Where the connection is in its life.</summary>
    public RedisConnectionState State => _board.Current.State;

    /// <summary>State, since when, and the last error.</summary>
    public RedisStatus Status => _board.Current;

    /// <summary>Commands sent and not yet answered.</summary>
    public int CommandsInFlight => _owner.Ready?.InFlight ?? 0;

    /// <summary>Begins to connect and to stay connected. Further calls change nothing.</summary>
    public void Start()
    {
        lock (_lifeLock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_started)
            {
                _started = true;
                _running = Task.Run(RunAsync);
            }
        }
    }

    /// <summary>Completes as soon as the client is Ready.</summary>
    /// <exception cref="RedisException">The client is closed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken = default) => _board.Ready.WaitAsync(cancellationToken);

    /// <summary>
    /// Sends a command and gives its reply; error replies are thrown. Many callers at a time are what the client is made for: their commands
    /// share writes. The command's frame is finished and held before this method returns, so whatever it was built from may be released then.
    /// Await the result once.
    /// </summary>
    /// <exception cref="RedisException">No connection, no reply in time, or an error reply; see its kind.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the command may have been executed if it was sent before.</exception>
    public ValueTask<RedisReply> ExecuteAsync(RedisCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return _owner.Ready is { } connection
            ? connection.ExecuteAsync(command, cancellationToken)
            : ValueTask.FromException<RedisReply>(NotReady());
    }

    /// <summary>Finishes the commands in hand (at most <see cref="RedisOptions.DrainTimeout"/>) and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lifeLock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        await _stopping.CancelAsync();
        await _running;
        _board.Show(RedisConnectionState.Closed);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await _owner.RunAsync(_stopping.Token);
        }
        catch (Exception exception)
        {
            Log.LoopFailed(_logger, exception);
        }
    }

    private RedisException NotReady()
    {
        var status = _board.Current;
        if (status.State == RedisConnectionState.Closed)
        {
            return new RedisException(RedisErrorKind.Closed, "The Redis client is closed.");
        }

        _observer?.Failed(RedisErrorKind.NotConnected, 1);
        var why = status.LastErrorMessage is { } message ? $" Last error: {message}" : string.Empty;
        return new RedisException(RedisErrorKind.NotConnected, $"Redis is not ready ({status.State}).{why}");
    }
}
