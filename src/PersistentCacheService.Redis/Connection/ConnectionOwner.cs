using Microsoft.Extensions.Logging;
using PersistentCacheService.Redis.Pipeline;

namespace PersistentCacheService.Redis.Connection;

/// <summary>The one loop that owns the connection and the state: connects, waits for the end, waits a while, connects again, for ever.</summary>
internal sealed class ConnectionOwner(RedisOptions options, TimeProvider clock, ILogger logger, Func<double> random, IRedisObserver? observer, StatusBoard board)
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
                var attempt = new ConnectionAttempt(options, clock, observer, _pool, board);
                var connection = await attempt.RunAsync(stopping);
                WarnOfUnknownRole(attempt.RoleKnown);
                Log.Connected(logger, _server, failures + 1);
                _repeats.Reset();
                var readySince = clock.GetTimestamp();
                reason = await ServeAsync(connection, stopping);
                wasReady = true;
                failures = clock.GetElapsedTime(readySince) >= ReconnectBackoff.StableAfter ? 0 : failures + 1;
            }
            catch (RedisException exception)
            {
                board.Show(RedisConnectionState.Disconnected, exception);
                reason = exception;
                failures++;
                observer?.ConnectFailed();
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

    /// <summary>Offers the connection to callers until it ends or the client closes; returns why it ended.</summary>
    private async Task<RedisException> ServeAsync(RedisConnection connection, CancellationToken stopping)
    {
        observer?.Connected();
        Volatile.Write(ref _ready, connection);
        board.Show(RedisConnectionState.Ready);
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stopping.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), stop))
        {
            await Task.WhenAny(connection.Broken, stop.Task);
        }

        Volatile.Write(ref _ready, value: null);
        if (stopping.IsCancellationRequested)
        {
            await DrainAsync(connection);
        }
        else
        {
            // Before the commands in hand fail: whoever learns from one of them that the connection is gone finds the state changed.
            board.Show(RedisConnectionState.Disconnected, connection.BreakReason);
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
        observer?.Failed(reason.Kind, 1);
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
