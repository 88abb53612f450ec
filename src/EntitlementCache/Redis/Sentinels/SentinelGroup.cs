using EntitlementCache.Redis.Access;
using EntitlementCache.Settings;

namespace EntitlementCache.Redis.Sentinels;

/// <summary>The sentinels of a primary. All are asked at once: one that is away or out of date holds nothing up while most of the others agree.</summary>
/// <param name="sentinel">Who they are, and whom to ask for.</param>
/// <param name="settings">TLS and deadlines, as for Redis.</param>
/// <param name="time">Clock.</param>
internal sealed class SentinelGroup(SentinelSettings sentinel, RedisSettings settings, TimeProvider time)
{
    // Of the deadline of a connection attempt; the rest is for the primary.
    private const double ShareOfDeadline = 0.5;

    /// <summary>Asks until more than half name the same primary; else what most of those that answer name.</summary>
    /// <exception cref="RedisFailureException">No sentinel names one; the message has each one's reason.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<NamedPrimary> FindPrimaryAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(settings.ConnectTimeout * ShareOfDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        Task<SentinelAnswer>[] asked = [.. sentinel.Sentinels.Select(one => AskAsync(one, either.Token))];
        var answers = new List<SentinelAnswer>(asked.Length);
        try
        {
            await foreach (var answer in Task.WhenEach(asked).WithCancellation(CancellationToken.None))
            {
                answers.Add(await answer);
                if (MostNamed(answers) is { HasMajority: true } agreed)
                {
                    return agreed;
                }
            }
        }
        finally
        {
            await either.CancelAsync();
            await Task.WhenAll(asked);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return MostNamed(answers) ?? throw new RedisFailureException(
            RedisFailureKind.NoPrimaryKnown,
            $"No sentinel names a primary: {string.Join("; ", answers.Select(static answer => $"{answer.Sentinel} {answer.Problem!.Message.TrimEnd('.')}"))}.");
    }

    /// <summary>Asks one of them, each in its turn.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<SentinelAnswer> AskOneAsync(int turn, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(settings.ConnectTimeout * ShareOfDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var answer = await AskAsync(sentinel.Sentinels[turn % sentinel.Sentinels.Count], either.Token);
        cancellationToken.ThrowIfCancellationRequested();
        return answer;
    }

    /// <summary>Asks all, and waits for each one's answer or the end of its deadline.</summary>
    public async Task<IReadOnlyList<SentinelAnswer>> AskAllAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(settings.ConnectTimeout * ShareOfDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        return await Task.WhenAll(sentinel.Sentinels.Select(one => AskAsync(one, either.Token)));
    }

    private NamedPrimary? MostNamed(List<SentinelAnswer> answers) => answers
        .Where(static answer => answer.Primary is not null)
        .GroupBy(static answer => answer.Primary!.Value)
        .Select(named => (NamedPrimary?)new NamedPrimary(named.Key, named.Count(), sentinel.Sentinels.Count))
        .MaxBy(static named => named!.Value.Votes);

    /// <summary>Never fails: that is an answer, too.</summary>
    private async Task<SentinelAnswer> AskAsync(HostAndPort one, CancellationToken cancellationToken)
    {
        try
        {
            var primary = await AskOverConnectionAsync(one, cancellationToken);
            return primary is null
                ? Problem(RedisFailureKind.NoPrimaryKnown, $"knows no primary named {sentinel.Master}", cause: null)
                : new SentinelAnswer(one, primary, Problem: null);
        }
        catch (RedisFailureException failure)
        {
            return Problem(failure.Kind, failure.Kind == RedisFailureKind.CommandMissing ? "is no sentinel: it does not know the command SENTINEL" : failure.Message, failure);
        }
        catch (OperationCanceledException exception)
        {
            return Problem(RedisFailureKind.ConnectTimeout, "did not answer in time", exception);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return Problem(RedisFailureKind.ConnectionLost, ClientCertificate.Refusal(exception, settings) ?? exception.Message, exception);
        }

        SentinelAnswer Problem(RedisFailureKind kind, string message, Exception? cause) => new(one, Primary: null, new RedisFailureException(kind, message, cause));
    }

    private async Task<HostAndPort?> AskOverConnectionAsync(HostAndPort one, CancellationToken cancellationToken)
    {
        var password = await StoredPassword.ReadAsync(sentinel.Password, sentinel.PasswordFile, cancellationToken);
        var target = settings with { Host = one.Host, Port = one.Port, ConnectTimeout = settings.ConnectTimeout * ShareOfDeadline };
        var stream = await Dialer.ConnectAsync(target, time, cancellationToken);
        try
        {
            // A failed upgrade has closed the stream; once more does no harm.
            stream = target.Tls ? await new TlsUpgrade(target).AuthenticateAsync(stream, cancellationToken) : stream;
            return await SentinelQuery.AskAsync(stream, sentinel.Master, sentinel.Username, password, cancellationToken);
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }
}
