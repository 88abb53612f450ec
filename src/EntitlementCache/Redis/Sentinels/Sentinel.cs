using EntitlementCache.Redis.Access;
using EntitlementCache.Settings;

namespace EntitlementCache.Redis.Sentinels;

/// <summary>
/// One sentinel. Its connection is kept from question to question; after a failure a new one is made, but not before a pause that grows with each failure. One question at a time.
/// </summary>
/// <param name="address">Where it is.</param>
/// <param name="sentinel">Whom to ask for, and as whom.</param>
/// <param name="settings">TLS and deadlines, as for Redis.</param>
/// <param name="time">Clock.</param>
internal sealed class Sentinel(HostAndPort address, SentinelSettings sentinel, RedisSettings settings, TimeProvider time) : IAsyncDisposable
{
    // Of the deadline of a connection attempt; the rest is for the primary.
    private const double ShareOfDeadline = 0.5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private SentinelConnection? _connection;
    private (SentinelAnswer Answer, long At, TimeSpan Pause)? _failure;

    /// <summary>Where the primary is. Never fails: that is an answer, too, and the same one until the pause after it is over.</summary>
    /// <param name="cancellationToken">Ends the question, like its deadline.</param>
    public async Task<SentinelAnswer> AskAsync(CancellationToken cancellationToken)
    {
        if (_failure is { } failure && time.GetElapsedTime(failure.At) < failure.Pause)
        {
            return failure.Answer;
        }

        using var late = new CancellationTokenSource(settings.ConnectTimeout * ShareOfDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            _connection ??= await ConnectAsync(either.Token);
            var primary = await _connection.AskAsync(sentinel.Master, either.Token);
            _failure = null;
            return primary is null
                ? Problem(RedisFailureKind.NoPrimaryKnown, $"knows no primary named {sentinel.Master}", cause: null)
                : new SentinelAnswer(address, primary, Problem: null);
        }
        catch (RedisFailureException refusal)
        {
            return await FailedAsync(refusal.Kind, refusal.Kind == RedisFailureKind.CommandMissing ? "is no sentinel: it does not know the command SENTINEL" : refusal.Message, refusal);
        }
        catch (OperationCanceledException exception)
        {
            return await FailedAsync(RedisFailureKind.ConnectTimeout, "did not answer in time", exception);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return await FailedAsync(RedisFailureKind.ConnectionLost, ClientCertificate.Refusal(exception, settings) ?? exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    private async Task<SentinelConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var password = await StoredPassword.ReadAsync(sentinel.Password, sentinel.PasswordFile, cancellationToken);
        var target = settings with { Host = address.Host, Port = address.Port, ConnectTimeout = settings.ConnectTimeout * ShareOfDeadline };
        var stream = await Dialer.ConnectAsync(target, time, cancellationToken);
        try
        {
            // A failed upgrade has closed the stream; once more does no harm.
            stream = target.Tls ? await new TlsUpgrade(target).AuthenticateAsync(stream, cancellationToken) : stream;
            var connection = new SentinelConnection(stream);
            if (password is not null)
            {
                await connection.AuthenticateAsync(sentinel.Username, password, cancellationToken);
            }

            return connection;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private async Task<SentinelAnswer> FailedAsync(RedisFailureKind kind, string message, Exception cause)
    {
        await DisposeAsync();
        var pause = _failure is { } before ? before.Pause * 2 : FirstPause;
        var answer = Problem(kind, message, cause);
        _failure = (answer, time.GetTimestamp(), pause < LongestPause ? pause : LongestPause);
        return answer;
    }

    private SentinelAnswer Problem(RedisFailureKind kind, string message, Exception? cause) => new(address, Primary: null, new RedisFailureException(kind, message, cause));
}
