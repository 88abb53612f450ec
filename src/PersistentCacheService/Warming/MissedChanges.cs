using System.Collections.Concurrent;
using EntitlementCache.Messages;
using EntitlementCache.Observability;
using EntitlementCache.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;
using PersistentCacheService.Refetching;

namespace PersistentCacheService.Warming;

/// <summary>
/// Closes the gap between a warm-up's fetch and its write. Under UPDATE_IF_EXISTS an event about a customer that is not cached yet changes nothing, and the
/// answer under way may not contain its change: such a customer is fetched once more. Usage is such an event under UPSERT, too, and a purge is one under both.
/// </summary>
/// <param name="watch">Whether a warm-up is under way.</param>
/// <param name="marks">Whom it fetches or has fetched.</param>
/// <param name="refetch">Fetches and applies; creates what is not cached.</param>
/// <param name="pace">Permits, from those of all warm-ups.</param>
/// <param name="timeToStop">How long a stop of the service may still take: the messages are deleted, so that they are looked after before its end.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Gets what went wrong.</param>
internal sealed class MissedChanges(
    EpochWatch watch, WarmMarks marks, CustomerRefetch refetch, CallPace pace, Func<TimeSpan> timeToStop, TimeProvider time, ILogger<MissedChanges> logger) : BackgroundService
{
    private const int MostWaiting = 100_000;
    private const int MostAtOnce = 500;
    private const int CallsAtOnce = 2;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);
    private readonly long[] _results = new long[Enum.GetValues<RefetchResult>().Length];
    private Dictionary<(string CustomerId, string? ResourceId), CustomerIdentity> _waiting = [];

    /// <summary>Customers that were fetched once more and ended so, since the start. One that failed is tried again.</summary>
    public long CountOf(RefetchResult result) => Volatile.Read(ref _results[(int)result]);

    /// <summary>An event was acknowledged without effect, because the customer is not cached.</summary>
    public void Add(CustomerIdentity customer)
    {
        if (!watch.IsWarming || customer.IsEmpty)
        {
            return;
        }

        lock (_lock)
        {
            if (_waiting.Count < MostWaiting)
            {
                _waiting[(customer.CustomerIdText, customer.ResourceIdText)] = customer;
                return;
            }
        }

        if (_repeats.MayPrint(nameof(Log.ChangeMissed), out var suppressed))
        {
            Log.ChangeMissed(logger, MostWaiting, suppressed);
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (Waiting > 0 && timeToStop() is var left && left > TimeSpan.Zero)
        {
            using var deadline = new CancellationTokenSource(left, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            await TryFetchAllAsync(either.Token);
        }

        if (Waiting > 0)
        {
            Log.ChangesNotFetched(logger, Waiting);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        pace.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await TryFetchAllAsync(stoppingToken);
        }
    }

    private int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    private async Task TryFetchAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FetchAllAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // They wait again.
        }
        catch (RedisFailureException)
        {
            // Counted where it was met; they wait again.
        }
        catch (Exception exception)
        {
            if (_repeats.MayPrint(exception.GetType().Name, out var suppressed))
            {
                Log.RefillFailed(logger, exception, suppressed);
            }
        }
    }

    /// <summary>Customers that were not dealt with wait again: fetching one twice does no harm.</summary>
    private async Task FetchAllAsync(CancellationToken cancellationToken)
    {
        var left = new ConcurrentDictionary<(string CustomerId, string? ResourceId), CustomerIdentity>(TakeAll());
        try
        {
            foreach (var together in left.Values.Chunk(MostAtOnce))
            {
                await FetchAsync(together, left, cancellationToken);
            }
        }
        finally
        {
            lock (_lock)
            {
                foreach (var (key, customer) in left)
                {
                    _waiting.TryAdd(key, customer);
                }
            }
        }
    }

    private Dictionary<(string CustomerId, string? ResourceId), CustomerIdentity> TakeAll()
    {
        lock (_lock)
        {
            var all = _waiting;
            _waiting = [];
            return all;
        }
    }

    private async Task FetchAsync(
        CustomerIdentity[] customers, ConcurrentDictionary<(string CustomerId, string? ResourceId), CustomerIdentity> left, CancellationToken cancellationToken)
    {
        // Who is claimed after this look is fetched after it: that answer contains the change.
        var marked = await marks.MarkedAsync(customers, cancellationToken);
        foreach (var customer in customers.Except(marked))
        {
            left.TryRemove((customer.CustomerIdText, customer.ResourceIdText), out _);
        }

        var since = time.GetUtcNow().ToUnixTimeMilliseconds();
        var options = new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(marked, options, async (customer, token) =>
        {
            var result = await refetch.RunAsync(customer, since, pace, token);
            Interlocked.Increment(ref _results[(int)result]);
            if (result != RefetchResult.Failed)
            {
                left.TryRemove((customer.CustomerIdText, customer.ResourceIdText), out _);
            }
        });
    }
}
