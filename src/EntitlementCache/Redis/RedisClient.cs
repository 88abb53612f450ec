using System.Runtime.CompilerServices;
using Amazon.Runtime;
using EntitlementCache.Observability;
using EntitlementCache.Redis.Access;
using EntitlementCache.Redis.Sentinels;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EntitlementCache.Redis;

/// <summary>
/// Keeps one connection to a Redis primary: connects, waits for the end, backs off, connects again, forever. Every attempt is a new multiplexer,
/// so that the sentinels are asked, the name is resolved, files are read, IAM tokens signed and the role checked again each time, and every failure has its own reason. Commands are
/// sent while it is Ready and fail at once otherwise: repeating a command is the caller's, who knows what is safe to repeat.
/// </summary>
internal sealed class RedisClient : IAsyncDisposable
{
    private readonly RedisSettings _settings;
    private readonly TimeProvider _time;
    private readonly Func<double> _random;
    private readonly ILogger<RedisClient> _logger;
    private readonly ConnectionLog _log;
    private readonly RedisMetrics? _metrics;
    private readonly RedisLogin _login;
    private readonly StatusBoard _board;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lifeLock = new();
    private RedisConnection? _ready;
    private Task _running = Task.CompletedTask;
    private bool _started;
    private bool _disposed;
    private int _failures;

    /// <summary>Prepares a client; <see cref="Start"/> makes it connect.</summary>
    /// <param name="settings">What to connect to, and how long to wait for what.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Jitter of the backoff, 0 (inclusive) to 1.</param>
    /// <param name="logger">Gets the changes of the connection.</param>
    /// <param name="metrics">Measures it; null: nothing does.</param>
    /// <param name="awsCredentials">Gives what IAM tokens are signed with; null: the SDK's default chain.</param>
    public RedisClient(
        RedisSettings settings, TimeProvider time, Func<double> random, ILogger<RedisClient> logger, RedisMetrics? metrics = null,
        Func<CancellationToken, Task<ImmutableCredentials>>? awsCredentials = null)
    {
        _settings = settings;
        _time = time;
        _random = random;
        _logger = logger;
        _metrics = metrics;
        _login = new RedisLogin(settings, awsCredentials, time);
        _log = new ConnectionLog(settings, time, logger);
        _board = new StatusBoard(status => StatusChanged?.Invoke(status));
    }

    /// <summary>Raised after every change of <see cref="Status"/>, in order, on the connection's loop: return soon.</summary>
#pragma warning disable MA0046 // The sender is the one client there is, and the status is all there is to say.
    public event Action<RedisStatus>? StatusChanged;
#pragma warning restore MA0046

    /// <summary>State, and the last failure.</summary>
    public RedisStatus Status => _board.Current;

    /// <summary>Where the connection is in its life.</summary>
    public RedisConnectionState State => _board.Current.State;

    /// <summary>Commands sent and not yet answered.</summary>
    public int CommandsInFlight => Volatile.Read(ref _ready)?.InFlight ?? 0;

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
    /// <exception cref="RedisFailureException">The client is closed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken = default) => _board.Ready.WaitAsync(cancellationToken);

    /// <summary>Calls a script and gives its reply, which the caller disposes.</summary>
    /// <exception cref="RedisFailureException">No connection, no reply in time, or an error reply; see its kind.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the script may have been executed.</exception>
    public ValueTask<RespResult> EvaluateAsync(ScriptCall call, CancellationToken cancellationToken = default) =>
        Connection is { } connection ? connection.EvaluateAsync(call, cancellationToken) : ValueTask.FromException<RespResult>(NotReady());

    /// <summary>Calls a script and reads its reply. A reply that cannot be read ends the connection.</summary>
    /// <exception cref="RedisFailureException">No connection, no reply in time, an error reply, or one of another shape; see its kind.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the script may have been executed.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TReply> EvaluateAsync<TReply>(ScriptCall call, Func<RespResult, TReply> read, CancellationToken cancellationToken = default)
    {
        var connection = Connection ?? throw NotReady();
        using var reply = await connection.EvaluateAsync(call, cancellationToken);
        return connection.Read(call.Name, reply, read);
    }

    /// <summary>Sends a command and reads its reply. A reply that cannot be read ends the connection.</summary>
    /// <inheritdoc cref="EvaluateAsync{TReply}"/>
    public async ValueTask<TReply> ExecuteAsync<TReply>(string command, object[] arguments, Func<RedisResult, TReply> read, CancellationToken cancellationToken = default)
    {
        var connection = Connection ?? throw NotReady();
        return connection.Read(command, await connection.ExecuteAsync(command, arguments, cancellationToken), read);
    }

    /// <summary>Sends a command and reads its reply where it lies, in a buffer of the connection's. A reply that cannot be read ends the connection.</summary>
    /// <inheritdoc cref="EvaluateAsync{TReply}"/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TReply> ExecuteAsync<TReply>(
        string command, ReadOnlyMemory<RedisKeyOrValue> arguments, Func<RespResult, TReply> read, CancellationToken cancellationToken = default)
    {
        var connection = Connection ?? throw NotReady();
        using var reply = await connection.ExecuteRespAsync(command, arguments, cancellationToken);
        return connection.Read(command, reply, read);
    }

    /// <summary>Sends a command and gives its reply; only what the handshake's command map lists.</summary>
    /// <inheritdoc cref="EvaluateAsync(ScriptCall, CancellationToken)"/>
    public ValueTask<RedisResult> ExecuteAsync(string command, object[] arguments, CancellationToken cancellationToken = default) =>
        Connection is { } connection ? connection.ExecuteAsync(command, arguments, cancellationToken) : ValueTask.FromException<RedisResult>(NotReady());

    /// <summary>Closes the connection and ends the loop.</summary>
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

    private RedisConnection? Connection => Volatile.Read(ref _ready) is { Broken.IsCompleted: false } connection ? connection : null;

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await ConnectOnceAsync();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                // Closed.
            }
            catch (Exception exception)
            {
                // Without this loop the process would stay without Redis for as long as it lives.
                await SurviveAsync(exception);
            }
        }
    }

    /// <summary>One connection or one attempt to get one, and the pause after it.</summary>
    private async Task ConnectOnceAsync()
    {
        RedisFailureException reason;
        var wasReady = false;
        try
        {
            _board.Show(RedisConnectionState.Connecting);
            var attempt = new ConnectionAttempt(_settings, _login, _time, _metrics);
            await using var connection = await attempt.RunAsync(_stopping.Token);
            _log.Connected(attempt, _failures + 1);
            wasReady = true;
            var readySince = _time.GetTimestamp();
            reason = await ServeAsync(connection, attempt.Named?.Address);
            _failures = _time.GetElapsedTime(readySince) >= ReconnectBackoff.StableAfter ? 0 : _failures + 1;
        }
        catch (RedisFailureException exception)
        {
            reason = exception;
            _failures++;
            _metrics?.ConnectFailed();
            _board.Show(RedisConnectionState.Disconnected, reason);
        }

        await PauseAsync(reason, wasReady);
    }

    /// <summary>Turns what should not be able to fail into one more failure of the connection.</summary>
    private async Task SurviveAsync(Exception exception)
    {
        try
        {
            _failures++;
            _log.Unexpected(exception);
            _board.Show(RedisConnectionState.Disconnected, Unexpected("The connection", exception));
        }
        catch (Exception second)
        {
            _log.Unexpected(second);
        }

        // On the system's clock: the one that was given may be what failed.
        var delay = ReconnectBackoff.Next(_failures - 1, needsOperator: false, random: 0.5);
        await Task.Delay(delay, TimeProvider.System, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Offers the connection to callers until it breaks; returns why.</summary>
    private async Task<RedisFailureException> ServeAsync(RedisConnection connection, HostAndPort? primary)
    {
        using var served = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var upkeep = Task.CompletedTask;
        try
        {
            _metrics?.Connected();
            Volatile.Write(ref _ready, connection);
            _board.Show(RedisConnectionState.Ready);
            upkeep = UpkeepAsync(connection, primary, served.Token);
            await WatchAsync(connection);
        }
        finally
        {
            Volatile.Write(ref _ready, value: null);
            await served.CancelAsync();
            await upkeep;
        }

        // Before the connection is closed and the commands in flight fail: who learns of it from one of them finds the state changed.
        var reason = await connection.Broken;
        _board.Show(RedisConnectionState.Disconnected, reason);
        return reason;
    }

    /// <summary>What a connection needs while it lives, beside the watch of its server.</summary>
    private Task UpkeepAsync(RedisConnection connection, HostAndPort? primary, CancellationToken stopping)
    {
        var renewal = _login.Expires
            ? BreakOnFailureAsync(connection, "The renewal of its login", () => new LoginRenewal(_login, _settings, _time, _logger).RunAsync(connection, stopping), stopping)
            : Task.CompletedTask;
        var following = _settings.Sentinel is { } sentinel && primary is { } address
            ? BreakOnFailureAsync(connection, "The watch of the sentinels", () => new FailoverWatch(sentinel, _settings, _time).RunAsync(connection, address, stopping), stopping)
            : Task.CompletedTask;
        return Task.WhenAll(renewal, following);
    }

    /// <summary>A connection without its upkeep ends later and for no visible reason; a new one gets a new upkeep.</summary>
    private async Task BreakOnFailureAsync(RedisConnection connection, string what, Func<Task> run, CancellationToken stopping)
    {
        try
        {
            await run();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The connection has ended.
        }
        catch (Exception exception)
        {
            connection.Break(Unexpected(what, exception));
            _log.Unexpected(exception);
        }
    }

    private static RedisFailureException Unexpected(string what, Exception exception) =>
        new(RedisFailureKind.ConnectionLost, $"{what} failed unexpectedly: {exception.GetType().Name}: {exception.Message.TrimEnd('.')}.", exception);

    private async Task WatchAsync(RedisConnection connection)
    {
        var tick = Liveness.SilenceLimit(_settings.CommandTimeout) / 10;
        var excused = false;
        while (!connection.Broken.IsCompleted)
        {
            var began = _time.GetTimestamp();
            await Task.WhenAny(connection.Broken, Task.Delay(tick, _time, _stopping.Token));
            _stopping.Token.ThrowIfCancellationRequested();

            // A very late tick proves that this process stood still, not the server: what the server sent has yet to be read. But not twice in
            // a row: on a machine that is always late, silence still has to mean something.
            excused = !excused && _time.GetElapsedTime(began) > tick * 3;
            if (!excused)
            {
                await connection.CheckLivenessAsync(_stopping.Token);
            }
        }
    }

    private async Task PauseAsync(RedisFailureException reason, bool wasReady)
    {
        _metrics?.Failed(reason.Kind);
        var delay = ReconnectBackoff.Next(Math.Max(_failures - 1, 0), reason.Kind.NeedsOperator(), _random());
        if (wasReady)
        {
            _log.Ended(reason, (int)delay.TotalMilliseconds);
        }
        else
        {
            _log.Failed(reason, (int)delay.TotalMilliseconds);
        }

        await Task.Delay(delay, _time, _stopping.Token);
    }

    private RedisFailureException NotReady()
    {
        var status = _board.Current;
        if (status.State == RedisConnectionState.Closed)
        {
            return new RedisFailureException(RedisFailureKind.Closed, "The Redis client is closed.");
        }

        _metrics?.Failed(RedisFailureKind.NotConnected);
        var why = status.LastFailure is { } last ? $" Last error: {last.Message}" : string.Empty;
        return new RedisFailureException(RedisFailureKind.NotConnected, $"Redis is not ready ({status.State}).{why}");
    }
}
