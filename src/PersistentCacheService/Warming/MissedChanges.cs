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
/// answer under way may not contain its change: such a customer is fetched once more.
/// </summary>
/// <param name="watch">Whether a warm-up is under way.</param>
/// <param name="marks">Whom it fetches or has fetched.</param>
/// <param name="refetch">Fetches and applies; creates what is not cached.</param>
/// <param name="pace">Permits, from those of all warm-ups.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Gets what went wrong.</param>
internal sealed class MissedChanges(EpochWatch watch, WarmMarks marks, CustomerRefetch refetch, CallPace pace, TimeProvider time, ILogger<MissedChanges> logger)
    : BackgroundService
{
    private const int MostWaiting = 100_000;
    private const int MostAtOnce = 500;
    private const int CallsAtOnce = 2;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);
    private Dictionary<(string CustomerId, string? ResourceId), CustomerIdentity> _waiting = [];
    private long _fetched;

    /// <summary>Customers that were fetched once more, since the start.</summary>
    public long Fetched => Volatile.Read(ref _fetched);

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
            try
            {
                foreach (var together in TakeAll().Chunk(MostAtOnce))
                {
                    await FetchAsync(together, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (_repeats.MayPrint(exception.GetType().Name, out var suppressed))
                {
                    Log.RefillFailed(logger, exception, suppressed);
                }
            }
        }
    }

    private List<CustomerIdentity> TakeAll()
    {
        lock (_lock)
        {
            var all = _waiting.Values.ToList();
            _waiting = [];
            return all;
        }
    }

    private async Task FetchAsync(CustomerIdentity[] customers, CancellationToken cancellationToken)
    {
        try
        {
            // Who is claimed after this look is fetched after it: that answer contains the change.
            var marked = await marks.MarkedAsync(customers, cancellationToken);
            var since = time.GetUtcNow().ToUnixTimeMilliseconds();
            var options = new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(marked, options, async (customer, token) =>
            {
                await refetch.RunAsync(customer, since, pace, token);
                Interlocked.Increment(ref _fetched);
            });
        }
        catch (RedisFailureException)
        {
            // Counted where it was met. They are looked at again; fetching one twice does no harm.
            Array.ForEach(customers, Add);
        }
    }
}
