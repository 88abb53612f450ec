using System.Collections.Concurrent;
using EntitlementCache.Caching;
using EntitlementCache.Observability;
using EntitlementCache.Redis;
using Sidecar.Caching;
using Sidecar.Model;
using Sidecar.Observability;
using Sidecar.Origin;
using Sidecar.Writes;

namespace Sidecar.Service;

/// <summary>
/// Finds out what a customer is entitled to: the cache, then the Edge API, then the cache's last word. Never fails; callers that miss one customer at
/// once share one fetch.
/// </summary>
/// <param name="cache">The cache.</param>
/// <param name="origin">The Edge API.</param>
/// <param name="metrics">Counts failures of Redis.</param>
/// <param name="time">Clock.</param>
/// <param name="failures">Gets what should never happen.</param>
/// <param name="logger">Log.</param>
internal sealed class EntitlementReader(
    IEntitlementCache cache, IOrigin origin, SidecarMetrics metrics, TimeProvider time, UnexpectedFailures failures, ILogger<EntitlementReader> logger) : IDisposable
{
    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);
    private readonly ConcurrentDictionary<(EntityId Id, ReadScope Scope), Lazy<Task<CachedCustomer?>>> _shared = new();
    private readonly ConcurrentDictionary<EntityId, Lazy<Task<FetchedState?>>> _fetches = new();
#pragma warning disable CA2213 // Fetches that the stop has overtaken still ask it, and without a timer it holds nothing.
    private readonly CancellationTokenSource _stopping = new();
#pragma warning restore CA2213

    /// <summary>Reads a customer.</summary>
    /// <returns>What is known, null: nothing; and where it comes from.</returns>
    public async Task<(CachedCustomer? Customer, AnswerSource Source)> ReadAsync(EntityId id, ReadScope scope, CancellationToken cancellationToken)
    {
        if (!id.IsValid)
        {
            return (null, AnswerSource.NotAsked);
        }

        var lookup = await LookUpAsync(id, scope, cancellationToken);
        if (lookup.IsHit)
        {
            return (lookup.Customer, AnswerSource.Hit);
        }

        var refetch = RefetchOnceAsync(id, scope, cancellationToken);
        if (lookup.IsGlobalMissing)
        {
            await RefetchOnceAsync(id with { ResourceId = null }, ReadScope.All, cancellationToken);
        }

        var customer = await refetch ?? lookup.Customer;
        return (customer, customer is null ? AnswerSource.Nothing : AnswerSource.Miss);
    }

    /// <summary>Fetches again whatever is cached.</summary>
    /// <returns>What is known now; null: the Edge API did not answer.</returns>
    public async Task<CachedCustomer?> ReloadAsync(EntityId id, CancellationToken cancellationToken)
    {
        if (!id.IsValid || await FetchOnceAsync(id).WaitAsync(cancellationToken) is not { } state)
        {
            return null;
        }

        try
        {
            await cache.StoreAsync(id, state, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            CacheFailed(exception);
        }

        return state.Customer;
    }

    /// <summary>Keeps usage that a write reported. Never fails: a cache that does, or is not in time, does not make the write fail.</summary>
    /// <param name="update">The usage.</param>
    /// <param name="deadline">Ends it.</param>
    public async Task UpdateUsageAsync(UsageUpdate update, CancellationToken deadline)
    {
        try
        {
            await cache.UpdateUsageAsync(update.Entity, update.Id, update.IsCredit, update.Usage, deadline);
        }
        catch (Exception exception)
        {
            CacheFailed(exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Cancel();

    private async Task<CacheLookup> LookUpAsync(EntityId id, ReadScope scope, CancellationToken cancellationToken)
    {
        try
        {
            return await cache.ReadAsync(id, scope, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            CacheFailed(exception);
            return CacheLookup.Nothing;
        }
    }

    /// <summary>One refetch however many callers wait; a caller that leaves does not end it for the others. Null: nothing is known, what is cached may still answer.</summary>
    private Task<CachedCustomer?> RefetchOnceAsync(EntityId id, ReadScope scope, CancellationToken cancellationToken)
    {
        var key = (id, scope);
        var mine = new Lazy<Task<CachedCustomer?>>(async () =>
        {
            try
            {
                return await RefetchAsync(id, scope);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception exception)
            {
                failures.OfRead(exception);
                return null;
            }
            finally
            {
                _shared.TryRemove(key, out _);
            }
        });
        return _shared.GetOrAdd(key, mine).Value.WaitAsync(cancellationToken);
    }

    private async Task<CachedCustomer?> RefetchAsync(EntityId id, ReadScope scope)
    {
        await Task.Yield();
        FetchedState? fetched = null;
        try
        {
            return await cache.RefetchAsync(id, scope, async () => fetched = await FetchOnceAsync(id), _stopping.Token);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !_stopping.IsCancellationRequested)
        {
            // Redis does not work: the Edge API answers live, and a write that failed after the fetch does not spoil its answer.
            CacheFailed(exception);
            return (fetched ?? await FetchOnceAsync(id))?.Customer;
        }
    }

    private Task<FetchedState?> FetchOnceAsync(EntityId id)
    {
        var mine = new Lazy<Task<FetchedState?>>(async () =>
        {
            try
            {
                await Task.Yield();
                return await origin.FetchAsync(id, _stopping.Token);
            }
            finally
            {
                _fetches.TryRemove(id, out _);
            }
        });
        return _fetches.GetOrAdd(id, mine).Value;
    }

    private void CacheFailed(Exception exception)
    {
        if (exception is CustomerLockedException)
        {
            // Redis works, and an SDK writes the customer at this moment.
            if (_repeats.MayPrint(nameof(CustomerLockedException), out var locked))
            {
                Log.CustomerLocked(logger, locked);
            }

            return;
        }

        metrics.RedisError();

        // The connection logs outages itself; this says what they mean for callers.
        var failure = exception is RedisFailureException redis ? redis.Kind.ToString() : exception.GetType().Name;
        if (_repeats.MayPrint(failure, out var suppressed))
        {
            Log.CacheFailed(logger, failure, suppressed);
        }
    }
}
