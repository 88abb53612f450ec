using EntitlementCache.Observability;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue;

namespace PersistentCacheService.Applying;

/// <summary>
/// Open while Redis takes writes. Consumers receive only while it is open, so that an outage does not use up the receive counts of messages.
/// It closes when the connection is lost and also when a write fails on a good connection (OOM, READONLY, missing rights, a frozen server),
/// and opens again only after a probe write went through.
/// </summary>
internal sealed class WriteGate : BackgroundService
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly RedisClient _redis;
    private readonly TimeProvider _time;
    private readonly Func<double> _random;
    private readonly ILogger<WriteGate> _logger;
    private readonly string _prefix;
    private readonly LogBudget _repeats;
    private readonly Lock _lock = new();
    private TaskCompletionSource _opened = NewSignal();
    private TaskCompletionSource _closed = NewSignal();
    private Closure? _closure;

    public WriteGate(RedisClient redis, CacheSettings cache, TimeProvider time, Func<double> random, ILogger<WriteGate> logger)
    {
        _redis = redis;
        _time = time;
        _random = random;
        _logger = logger;
        _prefix = cache.EnvironmentPrefix;
        _repeats = new LogBudget(TimeSpan.FromMinutes(1), time);
        _closure = new Closure(RedisFailureKind.NotConnected, "not connected yet", time.GetTimestamp(), IsTold: false);
        _closed.SetResult();
        redis.StatusChanged += OnStatusChanged;
    }

    /// <summary>Whether writes go through, as far as known.</summary>
    public bool IsOpen => Volatile.Read(ref _closure) is null;

    /// <summary>Why the gate is closed; null when it is open.</summary>
    public RedisFailureKind? ClosedBecause => Volatile.Read(ref _closure)?.Kind;

    /// <summary>Why the gate is closed, in words too, and for how long it has been; null when it is open.</summary>
    public (RedisFailureKind Kind, string Reason, TimeSpan For)? Closed =>
        Volatile.Read(ref _closure) is { } closure ? (closure.Kind, closure.Reason, _time.GetElapsedTime(closure.Since)) : null;

    /// <summary>Waits until the gate is open.</summary>
    /// <param name="patience">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it is open.</returns>
    public ValueTask<bool> WaitUntilOpenAsync(TimeSpan patience, CancellationToken cancellationToken) =>
        IsOpen ? ValueTask.FromResult(true) : WaitAsync(patience, cancellationToken);

    /// <summary>A write failed. Errors that concern more than one key close the gate until a probe succeeds.</summary>
    public void Report(RedisFailureException exception)
    {
        if (exception.Kind != RedisFailureKind.WrongType)
        {
            Close(exception.Kind, exception.Message);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _redis.StatusChanged -= OnStatusChanged;
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.Zero;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _closed.Task.WaitAsync(stoppingToken);
                if (await WaitUntilReadyAsync(stoppingToken) && await TryWriteAsync(stoppingToken))
                {
                    pause = TimeSpan.Zero;
                    Open();
                    continue;
                }

                LogStillClosed();
                pause = DecorrelatedJitter.Next(pause, ShortestPause, LongestPause, _random());
                await Task.Delay(pause, _time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // This loop alone opens the gate: it keeps running whatever happens.
                if (_repeats.MayPrint(nameof(Log.GateLoopFailed), out var suppressed))
                {
                    Log.GateLoopFailed(_logger, exception, suppressed);
                }

                await Task.Delay(LongestPause, _time, CancellationToken.None);
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async ValueTask<bool> WaitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        Task opened;
        lock (_lock)
        {
            opened = _opened.Task;
        }

        try
        {
            await opened.WaitAsync(patience, _time, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return IsOpen;
        }
    }

    private async Task<bool> WaitUntilReadyAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _redis.WaitUntilReadyAsync(stoppingToken).WaitAsync(LongestPause, _time, stoppingToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<bool> TryWriteAsync(CancellationToken stoppingToken)
    {
        using var call = new ScriptCall(RightsProbe.Writing).AddKeys(_prefix);
        try
        {
            using var reply = await _redis.EvaluateAsync(call, stoppingToken);
            return true;
        }
        catch (RedisFailureException exception)
        {
            lock (_lock)
            {
                // The probe knows best what is wrong now, if it got through.
                _closure = _closure is { } closure && exception.Kind != RedisFailureKind.NotConnected
                    ? closure with { Kind = exception.Kind, Reason = exception.Message }
                    : _closure;
            }

            return false;
        }
    }

    private void OnStatusChanged(RedisStatus status)
    {
        if (status.State != RedisConnectionState.Ready)
        {
            Close(status.LastFailure?.Kind ?? RedisFailureKind.NotConnected, status.LastFailure?.Message ?? "not connected");
        }
    }

    private void Close(RedisFailureKind kind, string reason)
    {
        int suppressed;
        lock (_lock)
        {
            if (_closure is { } closure)
            {
                // While disconnected the latest attempt's error tells most; a command's, that there is no connection, least.
                _closure = kind == RedisFailureKind.NotConnected ? closure : closure with { Kind = kind, Reason = reason };
                return;
            }

            // A message that is refused alone closes the gate for the moment a probe takes: a flood of those is told once a minute.
            var isTold = _repeats.MayPrint($"closed {kind}", out suppressed);
            _closure = new Closure(kind, reason, _time.GetTimestamp(), isTold);
            _opened = NewSignal();
            _closed.TrySetResult();
            if (!isTold)
            {
                return;
            }
        }

        Log.GateClosed(_logger, kind, reason, suppressed);
    }

    private void Open()
    {
        Closure closure;
        lock (_lock)
        {
            if (_closure is null || _redis.State != RedisConnectionState.Ready)
            {
                return;
            }

            closure = _closure;
            Volatile.Write(ref _closure, null);
            _closed = NewSignal();
            _opened.TrySetResult();
        }

        if (closure.IsTold)
        {
            Log.GateOpened(_logger, _time.GetElapsedTime(closure.Since).TotalSeconds, closure.Kind);
        }
    }

    private void LogStillClosed()
    {
        Closure? closure;
        lock (_lock)
        {
            closure = _closure;
            if (closure is null || !_repeats.MayPrint(closure.Kind.ToString(), out _))
            {
                return;
            }

            _closure = closure with { IsTold = true };
        }

        Log.GateStillClosed(_logger, _time.GetElapsedTime(closure.Since).TotalSeconds, closure.Kind, closure.Reason, closure.Kind.Remedy());
    }

    private sealed record Closure(RedisFailureKind Kind, string Reason, long Since, bool IsTold);
}
