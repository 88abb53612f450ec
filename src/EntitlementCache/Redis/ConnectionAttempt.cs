using EntitlementCache.Observability;
using EntitlementCache.Redis.Access;
using EntitlementCache.Redis.Sentinels;
using EntitlementCache.Settings;
using StackExchange.Redis;

namespace EntitlementCache.Redis;

/// <summary>
/// One attempt to get from nothing to a connection that is fit for work, within one deadline: the sentinels' answer where there are any, DNS, TCP, TLS, then StackExchange.Redis's own
/// handshake, then what it does not check: that the password was accepted, that the database exists, that the server is a primary and no cluster.
/// </summary>
/// <param name="configured">What to connect to; with sentinels they name host and port.</param>
/// <param name="login">Proves the user.</param>
/// <param name="time">Clock.</param>
/// <param name="metrics">Measures the connection; null: nothing does.</param>
internal sealed class ConnectionAttempt(RedisSettings configured, RedisLogin login, TimeProvider time, RedisMetrics? metrics)
{
    // All that is ever sent: nothing that the documented ACL does not allow. HELLO and AUTH are allowed to everybody.
    private static readonly CommandMap Commands = CommandMap.Create(
        ["AUTH", "HELLO", "PING", "INFO", "ROLE", "SELECT", "EVALSHA", "EVAL", "EXISTS", "MGET", "PTTL", "SCAN"]);

    private RedisSettings _target = configured;
    private string _step = "DNS or TCP";
    private ServerStream? _stream;
    private Handshake? _handshake;

    /// <summary>False when the ACL hides the server's role.</summary>
    public bool RoleKnown { get; private set; }

    /// <summary>The primary that the sentinels named; null: there are none, or they have not answered.</summary>
    public NamedPrimary? Named { get; private set; }

    /// <summary>Makes the attempt. Once.</summary>
    /// <exception cref="RedisFailureException">It failed; nothing is left open.</exception>
    /// <exception cref="OperationCanceledException">The client is closing; nothing is left open.</exception>
    public async Task<RedisConnection> RunAsync(CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(_target.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        ConnectionMultiplexer? multiplexer = null;
        try
        {
            await FindPrimaryAsync(either.Token);
            _stream = await DialAsync(either.Token);
            _step = login.Source;
            var password = await login.PasswordAsync(either.Token);
            _step = "AUTH or PING";
            multiplexer = await ConnectAsync(_stream, password, either.Token);
            _handshake = new Handshake(multiplexer.GetDatabase(), multiplexer.GetServers()[0], _target);
            RoleKnown = await _handshake.RunAsync(password, either.Token);
            _stream.StopKeeping();
            return new RedisConnection(multiplexer, _stream, _target, time, metrics);
        }
        catch (Exception exception)
        {
            var isClosing = exception is OperationCanceledException && stopping.IsCancellationRequested;
            var failure = isClosing ? exception : Explain(exception);
            if (multiplexer is not null)
            {
                await multiplexer.DisposeAsync();
            }

            if (_stream is not null)
            {
                await _stream.DisposeAsync();
            }

            throw failure;
        }
    }

    private async Task FindPrimaryAsync(CancellationToken cancellationToken)
    {
        if (_target.Sentinel is not { } sentinel)
        {
            return;
        }

        _step = "the sentinels";
        await using var sentinels = new SentinelGroup(sentinel, _target, time);
        var named = await sentinels.FindPrimaryAsync(cancellationToken);
        _target = _target with { Host = named.Address.Host, Port = named.Address.Port };
        Named = named;
        _step = "DNS or TCP";
    }

    private async Task<ServerStream> DialAsync(CancellationToken cancellationToken)
    {
        var stream = await Dialer.ConnectAsync(_target, time, cancellationToken);
        if (_target.Tls)
        {
            _step = "TLS (does the port speak TLS?)";
            stream = await new TlsUpgrade(_target).AuthenticateAsync(stream, cancellationToken);
        }

        return new ServerStream(stream, time);
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(ServerStream stream, string? password, CancellationToken cancellationToken)
    {
        var connecting = ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions
        {
            EndPoints = { { _target.Host, _target.Port } },
            Tunnel = new ServerStream.Handover(stream),
            User = _target.Username,
            Password = password,
            DefaultDatabase = _target.Database,
            CommandMap = Commands,
            AllowAdmin = true, // INFO
            Protocol = RedisProtocol.Resp2,
            SetClientLibrary = false,

            // One attempt and one connection, which nothing but the loop of RedisClient replaces.
            AbortOnConnectFail = true,
            ConnectRetry = 1,
            ConnectTimeout = (int)_target.ConnectTimeout.TotalMilliseconds,
            ReconnectRetryPolicy = new NoReconnect(),
            BacklogPolicy = BacklogPolicy.FailFast,
            AsyncTimeout = (int)_target.CommandTimeout.TotalMilliseconds,

            // The grain of the timeout: a twentieth of it is exact enough, and 250 ms keep an idle process quiet.
            HeartbeatInterval = TimeSpan.FromMilliseconds(Math.Clamp(_target.CommandTimeout.TotalMilliseconds / 20, 5, 250)),

            // Neither pub/sub nor keys of its own, and no keys in the text of exceptions.
            ConfigurationChannel = "",
            TieBreaker = "",
            ConfigCheckSeconds = 0,
            IncludeDetailInExceptions = false,
        });
        return await TakeAsync(connecting, stream, cancellationToken);
    }

    /// <summary>Waits for a multiplexer. When none is taken, the stream is closed, and a multiplexer that comes too late, too.</summary>
    internal static async Task<ConnectionMultiplexer> TakeAsync(Task<ConnectionMultiplexer> connecting, ServerStream stream, CancellationToken cancellationToken)
    {
        try
        {
            // After the server's refusal it would wait for the rest of its timeout.
            await Task.WhenAny(connecting, stream.Ended).WaitAsync(cancellationToken);
            return connecting.IsCompleted ? await connecting : throw new IOException("The connection ended during the handshake.");
        }
        catch
        {
            // Without its stream it soon ends, too.
            await stream.DisposeAsync();
            _ = DiscardAsync(connecting);
            throw;
        }
    }

    private static async Task DiscardAsync(Task<ConnectionMultiplexer> connecting)
    {
        // If it fails: the attempt has its reason already.
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connecting.IsCompletedSuccessfully)
        {
            await (await connecting).DisposeAsync();
        }
    }

    private RedisFailureException Explain(Exception exception) => exception switch
    {
        RedisFailureException failure => login.Explain(failure),
        _ when _handshake is null && _stream?.FirstError() is { } error => login.Explain(new RedisFailureException(
            ErrorReply.Classify(error), $"Redis refused the connection: {ErrorReply.Clean(error)}", exception)),
        _ when _stream?.ReadFailure is { } alert && ClientCertificate.Refusal(alert, _target) is { } refusal => new RedisFailureException(
            RedisFailureKind.TlsFailed, $"TLS with {_target.Host}:{_target.Port} failed: {refusal}", exception),
        OperationCanceledException or TimeoutException => new RedisFailureException(
            RedisFailureKind.ConnectTimeout, $"Not ready within {_target.ConnectTimeout.TotalSeconds:0.###} s: stuck in {_handshake?.Step ?? _step}.", exception),
        RedisConnectionException or IOException when _stream is { HasAnswered: false } => new RedisFailureException(
            RedisFailureKind.ConnectionLost, $"The connection ended. No reply ever came{(_target.Tls ? "" : ": does the port expect TLS?")}", exception),
        RedisConnectionException or IOException or ObjectDisposedException => new RedisFailureException(RedisFailureKind.ConnectionLost, $"The connection ended during the handshake ({_handshake?.Step ?? _step}).", exception),
        _ => new RedisFailureException(RedisFailureKind.ConnectFailed, exception.Message, exception),
    };

    private sealed class NoReconnect : IReconnectRetryPolicy
    {
        public bool ShouldRetry(long currentRetryCount, int timeElapsedMillisecondsSinceLastRetry) => false;
    }
}
