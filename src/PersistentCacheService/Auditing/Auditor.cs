using EntitlementCache.Messages;
using EntitlementCache.Settings;
using PersistentCacheService.Commands.Inspect;
using PersistentCacheService.Refetching;
using PersistentCacheService.Sweeping;

namespace PersistentCacheService.Auditing;

/// <summary>
/// The work of an audit: fetches a cached customer and compares. A difference is looked at again after a while, for its message may be on the way; one that
/// lasts is told, and repaired where that is wanted.
/// </summary>
internal sealed class Auditor(
    CustomerRefetch refetch, SnapshotReader reader, OrphanedUsage orphans, CacheSettings settings, AuditTerms terms, AuditTally tally, TimeProvider time) : ISweepWork, IDisposable
{
    // Answers kept for the second look, each some 10 kB.
    private const int MostDoubts = 200;

    private readonly SemaphoreSlim _places = new(MostDoubts);
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _doubts = [];

    /// <summary>Progress of the way through the cache; null: not wanted.</summary>
    public SweepProgress? Progress { get; init; }

    /// <summary>Permits for repairs, which go on when the way through the cache has ended; null: nothing is repaired.</summary>
    public CallPace? RepairPace { get; init; }

    /// <summary>Gets each finding; from several threads.</summary>
    public Action<AuditFinding>? Found { get; init; }

    /// <inheritdoc/>
    public async Task<bool> RunAsync(CustomerIdentity customer, SweepState sweep, CallPace pace, CancellationToken cancellationToken)
    {
        if (terms.Sample is { } sample && Random.Shared.NextDouble() * Math.Max(1, sweep.Total ?? 1) >= sample)
        {
            Progress?.Add(RefetchResult.SkippedFresh);
            return false;
        }

        await TellOrphansAsync(cancellationToken);
        var result = await refetch.RunAsync(customer, Now, pace, (operation, token) => CompareAsync(customer, operation, token), cancellationToken);
        Progress?.Add(result);
        if (result != RefetchResult.Failed)
        {
            return false;
        }

        tally.Add(AuditResult.Failed);
        return true;
    }

    /// <summary>Ends when everything that was found has been looked at again.</summary>
    /// <exception cref="EntitlementCache.Redis.RedisFailureException">Redis could not be asked.</exception>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        await TellOrphansAsync(cancellationToken);
        Task[] doubts;
        lock (_lock)
        {
            doubts = [.. _doubts];
            _doubts.Clear();
        }

        await Task.WhenAll(doubts).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task TellOrphansAsync(CancellationToken cancellationToken)
    {
        foreach (var together in (await orphans.TakeAsync(cancellationToken)).GroupBy(static orphan => (orphan.Customer.CustomerIdText, orphan.Customer.ResourceIdText)))
        {
            Tell(together.First().Customer, [.. together.Select(static orphan => orphan.Drift)], isRepaired: false);
        }
    }

    private async Task<RefetchResult?> CompareAsync(CustomerIdentity customer, CacheOperation operation, CancellationToken cancellationToken)
    {
        var expected = ExpectedState.Of(operation, settings);
        if ((await DriftsAsync(customer, expected, cancellationToken)).Count == 0)
        {
            tally.Add(AuditResult.Right);
            return RefetchResult.SkippedOlder;
        }

        await _places.WaitAsync(cancellationToken);
        var doubt = DoubtAsync(customer, expected, cancellationToken);
        lock (_lock)
        {
            _doubts.RemoveWhere(static task => task.IsCompletedSuccessfully);
            _doubts.Add(doubt);
        }

        return RefetchResult.SkippedOlder;
    }

    private async Task DoubtAsync(CustomerIdentity customer, ExpectedState expected, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(terms.Grace, time, cancellationToken);
            var drifts = await DriftsAsync(customer, expected, cancellationToken);
            if (drifts.Count == 0)
            {
                tally.Add(AuditResult.Right);
                return;
            }

            tally.Add(AuditResult.Drifted);
            var isRepaired = RepairPace is { } pace && await RepairAsync(customer, pace, cancellationToken);
            Tell(customer, drifts, isRepaired);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Fetches once more, since the first answer is some seconds old, and applies by the timestamp rule.</summary>
    private async Task<bool> RepairAsync(CustomerIdentity customer, CallPace pace, CancellationToken cancellationToken)
    {
        if (await refetch.RunAsync(customer, Now, pace, cancellationToken) is not (RefetchResult.Written or RefetchResult.Purged))
        {
            return false;
        }

        tally.AddRepaired();
        return true;
    }

    private async Task<IReadOnlyList<Drift>> DriftsAsync(CustomerIdentity customer, ExpectedState expected, CancellationToken cancellationToken)
    {
        var snapshot = await reader.ReadAsync(customer, cancellationToken);

        // An SDK writes it at this moment.
        return snapshot.IsLocked ? [] : DriftComparison.Of(snapshot, expected, time.GetUtcNow());
    }

    private void Tell(CustomerIdentity customer, IReadOnlyList<Drift> drifts, bool isRepaired)
    {
        foreach (var drift in drifts)
        {
            tally.Add(drift.Kind);
        }

        Found?.Invoke(new AuditFinding(customer, drifts, isRepaired));
    }
}
