using Amazon.Runtime;
using EntitlementCache.Aws;
using EntitlementCache.Observability;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Queue.Credentials;

/// <summary>
/// Temporary credentials that are renewed well before they end, beside the calls that use them. Who issues them may be away meanwhile: the old ones are used for as long
/// as they last.
/// </summary>
/// <param name="source">Who issues them, for the log.</param>
/// <param name="issue">Asks for new ones; fails with an exception that says why.</param>
/// <param name="time">Clock.</param>
/// <param name="random">Evenly random in [0, 1).</param>
/// <param name="logger">Log.</param>
internal sealed class RenewedCredentials(
    string source, Func<CancellationToken, Task<IssuedCredentials>> issue, TimeProvider time, Func<double> random, ILogger<RenewedCredentials> logger) : AWSCredentials
{
    // Of their life; the rest is for an outage of who issues them. Spread, so that many workers that started together do not ask together.
    private const double EarliestRenewal = 0.55;
    private const double RenewalSpread = 0.15;

    // Longer than any issuer takes with its own retries; without it all who need new ones would wait for a hung one without end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // SQS checks the end when the request comes; a clock may be wrong by some seconds.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);
    private Held? _held;
    private Task<Held>? _renewal;
    private TimeSpan _pause;
    private DateTimeOffset _nextTry;

    /// <summary>Who issues them.</summary>
    public string Source => source;

    /// <inheritdoc/>
    public override DateTime? Expiration => Volatile.Read(ref _held)?.Expiration.UtcDateTime;

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials() =>
        Volatile.Read(ref _held)?.Keys ?? throw new AmazonClientException("No AWS credentials yet.");

    /// <inheritdoc/>
    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        Task<Held> renewal;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var lasts = _held is { } held && now < held.Expiration - Margin;
            if (lasts && (now < _held!.RenewAt || now < _nextTry || _renewal is { IsCompleted: false }))
            {
                return _held.Keys;
            }

            renewal = _renewal is { IsCompleted: false } underWay ? underWay : _renewal = Task.Run(RenewAsync);
            if (lasts)
            {
                // Its failure is logged, and tried again.
                _ = renewal.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                return _held!.Keys;
            }
        }

        return (await renewal).Keys;
    }

    /// <summary>SQS does not take these any more: the next call asks for new ones, unless there are already others.</summary>
    public void Discard(ImmutableCredentials refused)
    {
        lock (_lock)
        {
            _held = _held is { } held && held.Keys.Equals(refused) ? null : _held;
        }
    }

    private async Task<Held> RenewAsync()
    {
        try
        {
            var issued = await IssueAsync();
            var now = time.GetUtcNow();
            if (issued.Expiration <= now + Margin)
            {
                throw new CredentialException(
                    $"the credentials of {source} end at {issued.Expiration:yyyy-MM-dd'T'HH:mm:ss'Z'}, which is over", "compare this machine's clock with another one's");
            }

            var held = new Held(issued.Keys, issued.Expiration, now + ((issued.Expiration - now) * (EarliestRenewal + (RenewalSpread * random()))));
            lock (_lock)
            {
                (_held, _pause, _nextTry) = (held, TimeSpan.Zero, now);
            }

            return held;
        }
        catch (Exception exception)
        {
            Failed(exception);
            throw;
        }
    }

    private async Task<IssuedCredentials> IssueAsync()
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        var issuing = Task.Run(() => issue(deadline.Token), CancellationToken.None);
        try
        {
            // The token alone would not do: a provider of the SDK's chain does not look at it.
            return await issuing.WaitAsync(deadline.Token);
        }
        catch (Exception exception) when (deadline.IsCancellationRequested)
        {
            _ = issuing.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new TimeoutException($"{source} issued no credentials within {Patience.TotalSeconds:0} s", exception);
        }
    }

    private void Failed(Exception exception)
    {
        TimeSpan left;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            _pause = DecorrelatedJitter.Next(_pause, ShortestPause, LongestPause, random());
            _nextTry = now + _pause;
            left = _held is { } held ? held.Expiration - now : TimeSpan.Zero;
        }

        // Without valid ones the calls themselves fail, and the queue's health tells why.
        if (left > Margin && _repeats.MayPrint("", out var suppressed))
        {
            Log.CredentialsNotRenewed(logger, source, left.TotalMinutes, CredentialFailure.Describe(exception), suppressed);
        }
    }

    private sealed record Held(ImmutableCredentials Keys, DateTimeOffset Expiration, DateTimeOffset RenewAt);
}
