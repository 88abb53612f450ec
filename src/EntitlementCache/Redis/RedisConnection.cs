using EntitlementCache.Observability;
using EntitlementCache.Settings;
using StackExchange.Redis;

namespace EntitlementCache.Redis;

/// <summary>
/// One life of a connection, from its handshake to its end. Sends commands, turns whatever StackExchange.Redis throws into a
/// <see cref="RedisFailureException"/>, and breaks where the connection is of no use any more: the first reason wins.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _multiplexer;
    private readonly IDatabase _database;
    private readonly ServerStream _stream;
    private readonly RedisSettings _settings;
    private readonly TimeProvider _time;
    private readonly RedisMetrics? _metrics;
    private readonly TaskCompletionSource<RedisFailureException> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inFlight;
    private long _answeredAt;

    /// <summary>Takes over a connection that is fit for work.</summary>
    public RedisConnection(ConnectionMultiplexer multiplexer, ServerStream stream, RedisSettings settings, TimeProvider time, RedisMetrics? metrics)
    {
        _multiplexer = multiplexer;
        _stream = stream;
        _settings = settings;
        _time = time;
        _metrics = metrics;
        _database = multiplexer.GetDatabase();
        _answeredAt = time.GetTimestamp();
        multiplexer.ConnectionFailed += (_, end) => Break(Lost(end.FailureType, end.Exception));
        if (!multiplexer.IsConnected)
        {
            Break(Lost(ConnectionFailureType.SocketClosed, cause: null));
        }
    }

    /// <summary>Completes with the reason when the connection has broken.</summary>
    public Task<RedisFailureException> Broken => _broken.Task;

    /// <summary>Commands sent and not yet answered.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Gives the connection up. Only the first reason counts.</summary>
    public void Break(RedisFailureException reason) => _broken.TrySetResult(reason);

    /// <summary>Calls a script, by its SHA1 first. The caller disposes the reply; the call may be disposed as soon as this method's task has ended.</summary>
    /// <exception cref="RedisFailureException">It failed.</exception>
    public async ValueTask<RespResult> EvaluateAsync(ScriptCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(call.Name, call, static (database, call) => database.ExecuteRespAsync("EVALSHA", call.BySha(), CommandFlags.NoRedirect), cancellationToken);
        }
        catch (RedisFailureException failure) when (failure.Kind == RedisFailureKind.NoScript)
        {
            // The server was restarted or its scripts were flushed. EVAL makes it remember the script.
            return await AskAsync(call.Name, call, static (database, call) => database.ExecuteRespAsync("EVAL", call.ByBody(), CommandFlags.NoRedirect), cancellationToken);
        }
    }

    /// <summary>
    /// Reads a reply. One of another shape than its command returns is damaged, or belongs to another command: nothing after it can be
    /// trusted, so the connection breaks. What else the reader throws, about the values it found, concerns its own call only.
    /// </summary>
    /// <exception cref="RedisFailureException">The reply has another shape: <see cref="RedisFailureKind.ProtocolViolation"/>.</exception>
    public TReply Read<TRaw, TReply>(string name, TRaw reply, Func<TRaw, TReply> read)
    {
        try
        {
            return read(reply);
        }
        catch (Exception exception) when (IsOfAnotherShape(exception))
        {
            var failure = new RedisFailureException(RedisFailureKind.ProtocolViolation, $"The reply to {name} is none that Redis gives.", exception);
            _metrics?.Failed(failure.Kind);
            Break(failure);
            throw failure;
        }
    }

    /// <summary>Sends a plain command.</summary>
    /// <exception cref="RedisFailureException">It failed.</exception>
    public ValueTask<RedisResult> ExecuteAsync(string command, object[] arguments, CancellationToken cancellationToken) => AskAsync(
        command, (command, arguments), static (database, sent) => database.ExecuteAsync(sent.command, sent.arguments, CommandFlags.NoRedirect), cancellationToken);

    /// <summary>Sends a plain command and gives its reply, which the caller disposes, as it came.</summary>
    /// <exception cref="RedisFailureException">It failed.</exception>
    public ValueTask<RespResult> ExecuteRespAsync(string command, ReadOnlyMemory<RedisKeyOrValue> arguments, CancellationToken cancellationToken) => AskAsync(
        command, (command, arguments), static (database, sent) => database.ExecuteRespAsync(sent.command, sent.arguments, CommandFlags.NoRedirect), cancellationToken);

    /// <summary>Has a command sent, and turns its failure into one of this connection's.</summary>
    /// <exception cref="RedisFailureException">It failed.</exception>
    public async ValueTask<TReply> AskAsync<TCommand, TReply>(
        string name, TCommand command, Func<IDatabase, TCommand, Task<TReply>> send, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var started = _time.GetTimestamp();
        Interlocked.Increment(ref _inFlight);
        try
        {
            var reply = await send(_database, command).WaitAsync(cancellationToken);
            var now = _time.GetTimestamp();
            Volatile.Write(ref _answeredAt, now);
            _metrics?.Answered(_time.GetElapsedTime(started, now));
            return reply;
        }
        catch (Exception exception) when (IsOfConnection(exception, cancellationToken))
        {
            var failure = Explain(name, exception);
            _metrics?.Failed(failure.Kind);
            if (failure.Kind.EndsConnection())
            {
                Break(failure);
            }

            throw failure;
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    /// <summary>Proves the user once more. A refusal leaves the connection as it is, and so does this.</summary>
    /// <exception cref="RedisFailureException">It was refused, or the connection has ended.</exception>
    public async Task AuthenticateAsync(string? username, string password, CancellationToken cancellationToken)
    {
        try
        {
            await _database.ExecuteAsync("AUTH", username is null ? [password] : [username, password], CommandFlags.NoRedirect).WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (IsOfConnection(exception, cancellationToken))
        {
            throw Explain("AUTH", exception);
        }
    }

    /// <summary>Breaks a connection whose server is silent, and asks one that is idle for a reply. Called every now and then.</summary>
    public async Task CheckLivenessAsync(CancellationToken cancellationToken)
    {
        var limit = Liveness.SilenceLimit(_settings.CommandTimeout);
        if (_stream.Silence > limit)
        {
            Break(new RedisFailureException(RedisFailureKind.ServerSilent, $"Redis answered nothing for {limit.TotalSeconds:0.###} s."));
        }
        else if (InFlight == 0 && _time.GetElapsedTime(Volatile.Read(ref _answeredAt)) > Liveness.PingAfter)
        {
            try
            {
                await ExecuteAsync("PING", [], cancellationToken);
            }
            catch (RedisFailureException)
            {
                // Counted where it was met, and NOPERM is a reply, too. Silence is noticed above.
                Volatile.Write(ref _answeredAt, _time.GetTimestamp());
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _multiplexer.DisposeAsync();
        await _stream.DisposeAsync();
    }

    /// <summary>StackExchange.Redis cancels a command, too, whose connection ends at the wrong moment: its caller has not given up.</summary>
    private static bool IsOfConnection(Exception exception, CancellationToken cancellationToken) =>
        exception is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>What the readers of StackExchange.Redis throw when a reply is no number, no list, no text, or ends too early.</summary>
    private static bool IsOfAnotherShape(Exception exception) =>
        exception is FormatException or InvalidCastException or EndOfStreamException or (InvalidOperationException and not ObjectDisposedException);

    private RedisFailureException Explain(string name, Exception exception) => exception switch
    {
        RedisServerException error => ErrorReply.ToFailure(name, error.Message),
        TimeoutException => new RedisFailureException(
            RedisFailureKind.Timeout, $"No reply from Redis within {_settings.CommandTimeout.TotalSeconds:0.###} s.", exception),
        _ when Broken is { IsCompletedSuccessfully: true, Result: { } reason } => new RedisFailureException(RedisFailureKind.ConnectionLost, reason.Message, exception),
        RedisConnectionException lost => Lost(lost.FailureType, lost),
        RedisCommandException => new RedisFailureException(RedisFailureKind.NotPrimary, $"{name} was not sent: {exception.Message}", exception),
        _ => Lost(ConnectionFailureType.ConnectionDisposed, exception),
    };

    private RedisFailureException Lost(ConnectionFailureType type, Exception? cause)
    {
        // StackExchange.Redis, too, gives up a silent server: after a timeout, when the last reply is four timeouts ago. Its timeout begins before
        // the bytes are sent and is counted by a coarser clock, so the silence may be a little shorter.
        if (type == ConnectionFailureType.SocketFailure && _stream.Silence >= _settings.CommandTimeout / 2)
        {
            return new RedisFailureException(RedisFailureKind.ServerSilent, $"Redis answered nothing for {_stream.Silence.TotalSeconds:0.###} s.", cause);
        }

        var kind = type == ConnectionFailureType.ProtocolFailure ? RedisFailureKind.ProtocolViolation : RedisFailureKind.ConnectionLost;
        return new RedisFailureException(kind, cause?.GetBaseException() switch
        {
            null or ServerStream.SpentException => "Redis closed the connection.",
            RedisException => $"The connection to Redis ended: {type}.",
            var innermost => $"The connection to Redis ended: {innermost.Message.TrimEnd('.')}.",
        }, cause);
    }
}
