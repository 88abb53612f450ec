using EntitlementCache.Caching;
using EntitlementCache.EdgeApi;
using EntitlementCache.Messages;
using EntitlementCache.Observability;
using EntitlementCache.Redis;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Refetching;

/// <summary>
/// Fetches one customer, for a sweep, a warm-up or an audit, and applies the answer by the ordinary rule: the newest timestamp wins. Every call takes a permit of the pace, and
/// one of the places that all calls to the Edge API share.
/// </summary>
internal sealed class CustomerRefetch(
    EdgeApiClient edge, ScriptedCache cache, ServiceMetrics metrics, TimeProvider time, Func<double> random, ILogger<CustomerRefetch> logger)
{
    /// <summary>
    /// Failed attempts after which a customer is left as it is. Attempts that say nothing of the customer do not count: an API that throttles or cannot
    /// be reached slows the work and fails no customer.
    /// </summary>
    public const int Attempts = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);

    /// <summary>Fetches and applies, with as many attempts as it takes.</summary>
    /// <param name="customer">Whom.</param>
    /// <param name="since">Time of an answer without one, Unix ms.</param>
    /// <param name="pace">Permits.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RedisFailureException">Redis could not be asked: the work has to continue later.</exception>
    /// <exception cref="Sweeping.SweepLostException">The lease of a sweep is lost.</exception>
    public Task<RefetchResult> RunAsync(CustomerIdentity customer, long since, CallPace pace, CancellationToken cancellationToken) =>
        RunAsync(customer, since, pace, ApplyAsync, cancellationToken);

    /// <summary>Fetches, with as many attempts as it takes, and lets the caller use the answer.</summary>
    /// <inheritdoc cref="RunAsync(CustomerIdentity, long, CallPace, CancellationToken)"/>
    /// <param name="customer">Whom.</param>
    /// <param name="since">Time of an answer without one, Unix ms.</param>
    /// <param name="pace">Permits.</param>
    /// <param name="use">What to do with the answer; null: it could not be done, and the customer is fetched again.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<RefetchResult> RunAsync(
        CustomerIdentity customer, long since, CallPace pace, Func<CacheOperation, CancellationToken, Task<RefetchResult?>> use, CancellationToken cancellationToken)
    {
        var failures = 0;
        for (var attempt = 1; ; attempt++)
        {
            await pace.TakeAsync(cancellationToken);
            using var state = await edge.FetchOnceAsync(customer, since, cancellationToken);
            string cause;
            if (state.Operation is { } operation)
            {
                if (await use(operation, cancellationToken) is { } result)
                {
                    return result;
                }

                (failures, cause) = (failures + 1, "locked by an SDK");
            }
            else
            {
                failures += SaysNothingOfCustomer(state.Result) ? 0 : 1;
                cause = state.Result?.ToString() ?? "not asked";
            }

            if (failures >= Attempts)
            {
                TellFailure(customer, cause);
                return RefetchResult.Failed;
            }

            await Task.Delay(PauseAfter(attempt, state.RetryIn, random()), time, cancellationToken);
        }
    }

    /// <summary>Doubles from 250 ms to 30 s, between half and one and a half of it; never less than what the API asks for, a tenth more at most.</summary>
    /// <param name="attempt">Attempts so far, from 1.</param>
    /// <param name="retryIn">What the API, or its breaker, asks for.</param>
    /// <param name="random">Evenly random in [0, 1).</param>
    internal static TimeSpan PauseAfter(int attempt, TimeSpan retryIn, double random)
    {
        var full = FirstPause * (1 << Math.Min(attempt - 1, 10));
        var own = (full < LongestPause ? full : LongestPause) * (0.5 + random);
        if (retryIn <= TimeSpan.Zero)
        {
            return own;
        }

        // Who knows how long to wait needs no growing pauses of its own.
        return retryIn * (1 + (random / 10));
    }

    private static bool SaysNothingOfCustomer(EdgeResult? result) =>
        result is null or EdgeResult.Throttled or EdgeResult.Network || result.Value.IsConfigurationError();

    /// <summary>Applies an answer; null: an SDK holds the customer's lock, and it has to be fetched again.</summary>
    /// <exception cref="RedisFailureException">Redis could not be asked.</exception>
    public async Task<RefetchResult?> ApplyAsync(CacheOperation operation, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var outcome = await cache.ApplyAsync(operation, cancellationToken);
            metrics.WriteSucceeded(time.GetElapsedTime(started));
            return outcome switch
            {
                ApplyOutcome.Written => RefetchResult.Written,
                ApplyOutcome.SkippedOlder => RefetchResult.SkippedOlder,
                ApplyOutcome.SkippedAbsent => RefetchResult.SkippedAbsent,
                _ => RefetchResult.Purged,
            };
        }
        catch (CustomerLockedException)
        {
            metrics.WriteFailed();
            return null;
        }
    }

    private void TellFailure(CustomerIdentity customer, string cause)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            Log.CustomerNotRefreshed(logger, customer.CustomerIdText, customer.ResourceIdText, cause);
        }

        if (_repeats.MayPrint(cause, out var suppressed))
        {
            Log.CustomerLeftAsItIs(logger, Attempts, cause, suppressed);
        }
    }
}
