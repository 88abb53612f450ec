using PersistentCacheService.Redis.Pipeline;

namespace PersistentCacheService.Redis.Connection;

/// <summary>One attempt to get from nothing to a connection that is fit for work: DNS, TCP, TLS and handshake within one deadline.</summary>
#pragma warning disable CA1001 // The stream belongs to the connection that comes out, or is disposed when the attempt fails.
internal sealed class ConnectionAttempt(RedisOptions options, TimeProvider clock, IRedisObserver? observer, CommandPool pool, StatusBoard board)
#pragma warning restore CA1001
{
    private Stream? _stream;
    private RedisConnection? _connection;
    private Handshake? _handshake;
    private string _step = "DNS or TCP";

    /// <summary>False when the ACL hid the server's role.</summary>
    public bool RoleKnown { get; private set; }

    /// <summary>Makes the attempt. Once.</summary>
    /// <exception cref="RedisException">It failed; nothing is left open.</exception>
    /// <exception cref="OperationCanceledException">The client is closing; nothing is left open.</exception>
    public async Task<RedisConnection> RunAsync(CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            return await ConnectAsync(either.Token);
        }
        catch (Exception exception)
        {
            if (exception is OperationCanceledException && stopping.IsCancellationRequested)
            {
                await AbandonAsync(new RedisException(RedisErrorKind.Closed, "The Redis client is closing."));
                throw;
            }

            var failure = Explain(exception);
            await AbandonAsync(failure);
            throw failure;
        }
    }

    private async Task<RedisConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        board.Show(RedisConnectionState.Connecting);
        _stream = await SocketConnector.ConnectAsync(options, clock, cancellationToken);
        if (options.Tls)
        {
            _step = "TLS (does the port speak TLS?)";
            _stream = await new TlsUpgrade(options).AuthenticateAsync(_stream, cancellationToken);
        }

        board.Show(RedisConnectionState.Handshaking);
        _connection = new RedisConnection(_stream, options, clock, observer, pool);
        _handshake = new Handshake(_connection, options);
        RoleKnown = await _handshake.RunAsync(cancellationToken);
        return _connection;
    }

    private RedisException Explain(Exception exception)
    {
        // What broke the connection says more than that a command of the handshake was lost with it.
        var cause = exception is RedisException { Kind: RedisErrorKind.ConnectionLost or RedisErrorKind.NotConnected }
            ? _connection?.BreakReason ?? exception
            : exception;
        return cause switch
        {
            OperationCanceledException or RedisException { Kind: RedisErrorKind.Timeout or RedisErrorKind.ServerSilent } => new RedisException(
                RedisErrorKind.ConnectTimeout,
                $"Not ready within {options.ConnectTimeout.TotalSeconds:0.###} s: stuck in {_handshake?.Step ?? _step}.",
                innerException: cause),
            RedisException { Kind: RedisErrorKind.ConnectionLost or RedisErrorKind.ProtocolViolation } lost
                when _connection is { HasAnswered: false } && !options.Tls => new RedisException(
                    lost.Kind, $"{lost.Message} No reply ever came: does the port expect TLS?", innerException: lost),
            RedisException redis => redis,
            _ => new RedisException(RedisErrorKind.ConnectFailed, cause.Message, innerException: cause),
        };
    }

    private async Task AbandonAsync(RedisException reason)
    {
        if (_connection is not null)
        {
            _connection.Break(reason);
            await _connection.Ended;
        }
        else if (_stream is not null)
        {
            await _stream.DisposeAsync();
        }
    }
}
