using System.Collections.Concurrent;
using EntitlementCache.Messages;
using EntitlementCache.Redis;
using PersistentCacheService.Refetching;

namespace PersistentCacheService.Warming;

/// <summary>
/// Fills the cache with customers, batch by batch: claims them, so that no two processes fetch the same one, fetches them at the pace that all share, and
/// marks them as fetched, so that what continues after a stop or a kill repeats a batch at most.
/// </summary>
/// <param name="marks">Claims, marks and permits.</param>
/// <param name="refetch">Fetches and applies; creates what is not cached.</param>
/// <param name="progress">Gets the beginning, each customer and the end.</param>
/// <param name="time">The clock.</param>
internal sealed class Warmer(WarmMarks marks, CustomerRefetch refetch, WarmProgress progress, TimeProvider time)
{
    // What a kill repeats: two seconds of work, but enough to keep all calls busy, and few enough for one script call.
    private const int SecondsPerBatch = 2;
    private const int SmallestBatch = 20;
    private const int LargestBatch = 1000;

    private static readonly TimeSpan HeldPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SettleTimeAtStop = TimeSpan.FromSeconds(1);

    // Longer than a command's deadline: a slow Redis must not make the whole batch be fetched again.
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(20);

    /// <summary>Does all of them.</summary>
    /// <param name="customers">Whom, in this order.</param>
    /// <param name="terms">How.</param>
    /// <param name="mayContinueAfter">Whether a batch is tried again after a failure of Redis; it may wait.</param>
    /// <param name="cancellationToken">Ends it; claims are given up.</param>
    /// <exception cref="RedisFailureException">Redis could not be asked, and it was not to be tried again.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public async Task<WarmCounts> RunAsync(
        IReadOnlyList<CustomerIdentity> customers, WarmTerms terms, Func<RedisFailureException, CancellationToken, Task<bool>> mayContinueAfter, CancellationToken cancellationToken)
    {
        using var pace = new CallPace(marks.PermitAsync, terms.RatePerSecond, time);
        var run = new Run(terms, pace, time.GetUtcNow().ToUnixTimeMilliseconds());
        progress.Begin(customers.Count, done: 0, failed: 0);
        try
        {
            await AnnounceAsync(terms, mayContinueAfter, cancellationToken);
            var batchSize = Math.Clamp(terms.RatePerSecond * SecondsPerBatch, SmallestBatch, LargestBatch);
            var left = customers;
            while (left.Count > 0)
            {
                run.Held.Clear();
                foreach (var batch in left.Chunk(batchSize))
                {
                    await RunAsync(batch, run, mayContinueAfter, cancellationToken);
                }

                left = [.. run.Held];
                if (left.Count > 0)
                {
                    // Their processes mark them soon, or are dead, and the claims expire.
                    await Task.Delay(HeldPause, time, cancellationToken);
                }
            }

            return run.Counts(customers.Count);
        }
        finally
        {
            progress.Leave();
        }
    }

    private async Task AnnounceAsync(WarmTerms terms, Func<RedisFailureException, CancellationToken, Task<bool>> mayContinueAfter, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                // The permit itself is of no interest.
                await marks.PermitAsync(TimeSpan.FromMilliseconds(1), cancellationToken);
                await Task.Delay(terms.HeadStart, time, cancellationToken);
                return;
            }
            catch (RedisFailureException exception)
            {
                if (!await mayContinueAfter(exception, cancellationToken))
                {
                    throw;
                }
            }
        }
    }

    private async Task RunAsync(
        CustomerIdentity[] batch, Run run, Func<RedisFailureException, CancellationToken, Task<bool>> mayContinueAfter, CancellationToken cancellationToken)
    {
        while (batch.Length > 0)
        {
            var ended = new HashSet<CustomerKey>();
            try
            {
                await RunAsync(batch, run, ended, cancellationToken);
            }
            catch (RedisFailureException exception)
            {
                if (!await mayContinueAfter(exception, cancellationToken))
                {
                    throw;
                }
            }

            batch = [.. batch.Where(customer => !ended.Contains(new CustomerKey(customer)))];
        }
    }

    /// <param name="batch">Whom.</param>
    /// <param name="run">What it belongs to.</param>
    /// <param name="ended">Gets those that need no further attempt. The claims of the others were lost.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task RunAsync(CustomerIdentity[] batch, Run run, HashSet<CustomerKey> ended, CancellationToken cancellationToken)
    {
        var verdicts = await marks.ClaimAsync(batch, run.Terms.SkipsCached, run.Terms.SkipsFetched, cancellationToken);
        foreach (var (customer, verdict) in batch.Zip(verdicts).Where(static pair => pair.Second != WarmVerdict.Take))
        {
            ended.Add(new CustomerKey(customer));
            if (verdict == WarmVerdict.Held)
            {
                run.Held.Add(customer);
            }
            else
            {
                Add(run, RefetchResult.SkippedFresh);
            }
        }

        var taken = batch.Where((_, i) => verdicts[i] == WarmVerdict.Take).ToList();
        var results = new ConcurrentDictionary<CustomerKey, RefetchResult>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = run.Terms.CallsAtOnce, CancellationToken = cancellationToken };
        try
        {
            await using var claims = new WarmClaims(marks, taken, time);
            await Parallel.ForEachAsync(taken, options, async (customer, token) =>
                results[new CustomerKey(customer)] = await refetch.RunAsync(customer, run.Since, run.Pace, token));
        }
        finally
        {
            await SettleAsync(taken, results, run, ended, cancellationToken.IsCancellationRequested ? SettleTimeAtStop : SettleTime);
        }
    }

    private void Add(Run run, RefetchResult result)
    {
        progress.Add(result);
        run.Add(result);
    }

    private async Task SettleAsync(
        List<CustomerIdentity> taken, ConcurrentDictionary<CustomerKey, RefetchResult> results, Run run, HashSet<CustomerKey> ended, TimeSpan patience)
    {
        try
        {
            using var deadline = new CancellationTokenSource(patience, time);
            var all = taken.ConvertAll(customer => (customer, Result: results.TryGetValue(new CustomerKey(customer), out var result) ? result : (RefetchResult?)null));
            var areHeld = await marks.SettleAsync(all, deadline.Token);
            for (var i = 0; i < all.Count; i++)
            {
                if (all[i].Result is { } result && (areHeld[i] || result == RefetchResult.Failed))
                {
                    ended.Add(new CustomerKey(all[i].customer));
                    Add(run, result);
                }
            }
        }
        catch (Exception exception) when (exception is RedisFailureException or OperationCanceledException)
        {
            // The claims expire by themselves; these customers are fetched once more.
        }
    }

    /// <summary>Ids as text: those of a customer are equal whatever memory they are in.</summary>
    private readonly record struct CustomerKey(string CustomerId, string? ResourceId)
    {
        public CustomerKey(CustomerIdentity customer)
            : this(customer.CustomerIdText, customer.ResourceIdText)
        {
        }
    }

    private sealed class Run(WarmTerms terms, CallPace pace, long since)
    {
        private long _fetched;
        private long _fresh;
        private long _failed;

        public WarmTerms Terms => terms;

        public CallPace Pace => pace;

        /// <summary>Time of answers that tell none, Unix ms: whatever happened before is in the answer.</summary>
        public long Since => since;

        /// <summary>Those that other processes fetch at the moment.</summary>
        public List<CustomerIdentity> Held { get; } = [];

        public void Add(RefetchResult result) => Interlocked.Increment(ref result == RefetchResult.SkippedFresh ? ref _fresh : ref result == RefetchResult.Failed ? ref _failed : ref _fetched);

        public WarmCounts Counts(long customers) => new(customers, Volatile.Read(ref _fetched), Volatile.Read(ref _fresh), Volatile.Read(ref _failed));
    }
}
