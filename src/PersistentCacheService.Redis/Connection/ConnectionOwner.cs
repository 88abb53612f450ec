using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Redis.Pipeline;

namespace PersistentCacheService.Redis.Connection;

/// <summary>The one loop that owns the connection and the state: connects, waits for the end, waits a while, connects again, for ever.</summary>
internal sealed class ConnectionOwner(RedisOptions options, TimeProvider clock, ILogger logger, Func<double> random, RedisMetrics metrics, StatusBoard board)
{
    /// <summary>An outage of hours should leave a trace every half minute, not one per attempt.</summary>
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(30);

    private readonly string _server = options.ToString();
    private readonly CommandPool _pool = new(options.MaxInFlightCommands * 2);
    private readonly RepeatLimiter _repeats = new(clock, RepeatInterval);
    private RedisConnection? _ready;
    private bool _roleWarned;

    /// <summary>The connection to use; null while there is none that is Ready.</summary>
    public RedisConnection? Ready => Volatile.Read(ref _ready);

    /// <summary>Runs until <paramref name="stopping"/>, then finishes the commands in hand.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            RedisException reason;
            var wasReady = false;
            try
            {
                var connection = await ConnectAsync(stopping);
                Log.Connected(logger, _server, failures + 1);
                _repeats.Reset();
                var readySince = clock.GetTimestamp();
                reason = await ServeAsync(connection, stopping);
                wasReady = true;
                failures = clock.GetElapsedTime(readySince) >= ReconnectBackoff.StableAfter ? 0 : failures + 1;
            }
            catch (RedisException exception)
            {
                reason = exception;
                failures++;
                metrics.CountConnect(ready: false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }

            if (!stopping.IsCancellationRequested)
            {
                await PauseAsync(reason, wasReady, failures, stopping);
            }
        }
    }

    /// <summary>A connection that went through the whole handshake, within the one deadline.</summary>
    private async Task<RedisConnection> ConnectAsync(CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        var step = static () => "DNS or TCP";
        Stream? stream = null;
        RedisConnection? connection = null;
        try
        {
            board.Show(RedisConnectionState.Connecting);
            stream = new NetworkStream(await SocketConnector.ConnectAsync(options, clock, either.Token), ownsSocket: true);
            if (options.Tls)
            {
                step = static () => "TLS (does the port speak TLS?)";
                stream = await new TlsUpgrade(options).AuthenticateAsync(stream, either.Token);
            }

            board.Show(RedisConnectionState.Handshaking);
            connection = new RedisConnection(stream, options, clock, metrics, _pool);
            var handshake = new Handshake(connection, options);
            step = () => handshake.Step;
            var roleKnown = await handshake.RunAsync(either.Token);
            WarnOfUnknownRole(roleKnown);
            return connection;
        }
        catch (Exception exception)
        {
            // What broke the connection says more than that a command of the handshake was lost with it.
            var cause = exception is RedisException { Kind: RedisErrorKind.ConnectionLost or RedisErrorKind.NotConnected }
                ? connection?.BreakReason ?? exception
                : exception;
            var failure = cause switch
            {
                OperationCanceledException when stopping.IsCancellationRequested => null,
                OperationCanceledException or RedisException { Kind: RedisErrorKind.Timeout or RedisErrorKind.ServerSilent } => new RedisException(
                    RedisErrorKind.ConnectTimeout,
                    $"Not ready within {options.ConnectTimeout.TotalSeconds:0.###} s: stuck in {step()}.",
                    innerException: cause),
                RedisException redis => redis,
                _ => new RedisException(RedisErrorKind.ConnectFailed, exception.Message, innerException: exception),
            };
            await AbandonAsync(stream, connection, failure);
            if (failure is null || ReferenceEquals(failure, exception))
            {
                throw;
            }

            throw failure;
        }
    }

    private static async Task AbandonAsync(Stream? stream, RedisConnection? connection, RedisException? failure)
    {
        if (connection is not null)
        {
            connection.Break(failure ?? new RedisException(RedisErrorKind.Closed, "The Redis client is closing."));
            await connection.Ended;
        }
        else if (stream is not null)
        {
            await stream.DisposeAsync();
        }
    }

    /// <summary>Offers the connection to callers until it ends or the client closes; returns why it ended.</summary>
    private async Task<RedisException> ServeAsync(RedisConnection connection, CancellationToken stopping)
    {
        metrics.CountConnect(ready: true);
        Volatile.Write(ref _ready, connection);
        board.Show(RedisConnectionState.Ready);
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stopping.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), stop))
        {
            await Task.WhenAny(connection.Ended, stop.Task);
        }

        Volatile.Write(ref _ready, value: null);
        if (stopping.IsCancellationRequested)
        {
            await DrainAsync(connection);
        }

        await connection.Ended;
        return connection.BreakReason!;
    }

    private async Task DrainAsync(RedisConnection connection)
    {
        board.Show(RedisConnectionState.Draining);
        try
        {
            await connection.DrainAsync().WaitAsync(options.DrainTimeout, clock, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            Log.DrainTimedOut(logger, _server, (int)options.DrainTimeout.TotalMilliseconds);
        }

        connection.Break(new RedisException(RedisErrorKind.Closed, "The Redis client was closed."));
    }

    private async Task PauseAsync(RedisException reason, bool wasReady, int failures, CancellationToken stopping)
    {
        board.Show(RedisConnectionState.Disconnected, reason);
        metrics.CountError(reason.Kind);
        var delay = ReconnectBackoff.Next(Math.Max(failures - 1, 0), reason.Kind.NeedsAPerson(), random());
        LogFailure(reason, wasReady, (int)delay.TotalMilliseconds);
        await Task.Delay(delay, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void LogFailure(RedisException reason, bool wasReady, int delayInMs)
    {
        if (wasReady)
        {
            Log.Disconnected(logger, _server, reason.Kind, reason.Message, delayInMs);
            return;
        }

        if (!_repeats.ShouldShow(reason.Kind, out var suppressed))
        {
            Log.ConnectFailed(logger, LogLevel.Debug, _server, reason.Kind, reason.Message, delayInMs, suppressed: 0);
            return;
        }

        switch (reason.Kind)
        {
            case RedisErrorKind.AuthenticationFailed or RedisErrorKind.AuthenticationRequired:
                Log.AuthenticationFailed(logger, _server, reason.Message, delayInMs, suppressed);
                break;
            case RedisErrorKind.NotPrimary:
                Log.ReplicaRefused(logger, _server, reason.Message, delayInMs, suppressed);
                break;
            case RedisErrorKind.ClusterMode:
                Log.ClusterUnsupported(logger, _server, reason.Message, delayInMs, suppressed);
                break;
            default:
                Log.ConnectFailed(logger, LogLevel.Warning, _server, reason.Kind, reason.Message, delayInMs, suppressed);
                break;
        }
    }

    private void WarnOfUnknownRole(bool roleKnown)
    {
        if (!roleKnown && !_roleWarned)
        {
            _roleWarned = true;
            Log.RoleUnknown(logger, _server);
        }
    }
}
