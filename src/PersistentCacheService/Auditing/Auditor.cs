using EntitlementCache.Messages;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using PersistentCacheService.Commands.Inspect;
using PersistentCacheService.Refetching;
using PersistentCacheService.Sweeping;

namespace PersistentCacheService.Auditing;

/// <summary>
/// The work of an audit: fetches a cached customer and compares. A difference is looked at again after a while, with a second answer, for its message may be
/// on the way; one that lasts is told, and repaired where that is wanted.
/// </summary>
internal sealed class Auditor(
    CustomerRefetch refetch, SnapshotReader reader, OrphanedUsage orphans, CacheSettings settings, AuditTerms terms, AuditTally tally, TimeProvider time) : ISweepWork, IAsyncDisposable
{
    // Answers kept for the second look, each some 10 kB.
    private const int MostDoubts = 200;

    // How soon it is noticed that messages are in time again.
    private static readonly TimeSpan LatePause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _places = new(MostDoubts);

    // One call at a time beside that of the way through the cache: many differences at once must not hold up messages that need the Edge API.
    private readonly SemaphoreSlim _secondLook = new(1);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _doubts = [];

    /// <summary>Progress of the way through the cache; null: not wanted.</summary>
    public SweepProgress? Progress { get; init; }

    /// <summary>Permits for second looks, of which there can be some when the way through the cache has ended; disposed with this.</summary>
    public required CallPace SecondPace { get; init; }

    /// <summary>What is wrong is repaired with the second answer.</summary>
    public bool Repairs { get; init; }

    /// <summary>Whether messages wait for longer than the grace: then nothing is compared, and no difference counts.</summary>
    public Func<bool> AreMessagesLate { get; init; } = static () => false;

    /// <summary>Gets each finding; from several threads.</summary>
    public Action<AuditFinding>? Found { get; init; }

    /// <summary>Differences that wait for their second look.</summary>
    public int InDoubt => MostDoubts - _places.CurrentCount;

    /// <inheritdoc/>
    public long Drifted => tally.CountOf(AuditResult.Drifted) - tally.Repaired;

    /// <inheritdoc/>
    public Task PutOff
    {
        get
        {
            lock (_lock)
            {
                var all = Task.WhenAll(_doubts);
                _doubts.RemoveWhere(static doubt => doubt.IsCompleted);
                return all;
            }
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public async Task<bool> RunAsync(CustomerIdentity customer, SweepState sweep, CallPace pace, CancellationToken cancellationToken)
    {
        if (terms.Sample is { } sample && Random.Shared.NextDouble() * Math.Max(1, sweep.Total ?? 1) >= sample)
        {
            Progress?.Add(RefetchResult.SkippedFresh);
            return false;
        }

        while (AreMessagesLate())
        {
            await Task.Delay(LatePause, time, cancellationToken);
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

    /// <summary>Tells the orphaned usage that was met.</summary>
    /// <exception cref="RedisFailureException">Redis could not be asked.</exception>
    public async Task TellOrphansAsync(CancellationToken cancellationToken)
    {
        foreach (var together in (await orphans.TakeAsync(cancellationToken)).GroupBy(static orphan => (orphan.Customer.CustomerIdText, orphan.Customer.ResourceIdText)))
        {
            Tell(together.First().Customer, [.. together.Select(static orphan => orphan.Drift)], isRepaired: false);
        }
    }

    /// <summary>Gives up what has not been looked at again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await PutOff.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        SecondPace.Dispose();
        _places.Dispose();
        _secondLook.Dispose();
        _end.Dispose();
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
        lock (_lock)
        {
            _doubts.RemoveWhere(static doubt => doubt.IsCompletedSuccessfully);
            _doubts.Add(DoubtAsync(customer, expected));
        }

        return RefetchResult.SkippedOlder;
    }

    /// <summary>Lives longer than the way through the cache that met the difference, whatever ends that.</summary>
    private async Task DoubtAsync(CustomerIdentity customer, ExpectedState expected)
    {
        try
        {
            while (!await TryLookAgainAsync(customer, expected))
            {
                // Later.
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // Nothing is known of it.
        }
        finally
        {
            _places.Release();
        }
    }

    /// <returns>False: messages are late, or Redis could not be asked.</returns>
    private async Task<bool> TryLookAgainAsync(CustomerIdentity customer, ExpectedState expected)
    {
        await Task.Delay(terms.Grace, time, _end.Token);
        if (AreMessagesLate())
        {
            return false;
        }

        try
        {
            var lasting = await DriftsAsync(customer, expected, _end.Token);
            if (lasting.Count == 0)
            {
                tally.Add(AuditResult.Right);
            }
            else if (await AskAgainAsync(customer, lasting) == RefetchResult.Failed)
            {
                tally.Add(AuditResult.Failed);
            }

            return true;
        }
        catch (RedisFailureException)
        {
            // Counted where it was met.
            return false;
        }
    }

    private async Task<RefetchResult> AskAgainAsync(CustomerIdentity customer, IReadOnlyList<Drift> lasting)
    {
        await _secondLook.WaitAsync(_end.Token);
        try
        {
            return await refetch.RunAsync(customer, Now, SecondPace, (operation, token) => JudgeAsync(customer, lasting, operation, token), _end.Token);
        }
        finally
        {
            _secondLook.Release();
        }
    }

    /// <summary>
    /// Compares with a second answer: what is different from both has lasted. What differs from the second one alone changed meanwhile, and what differs from
    /// the first one alone is an old answer.
    /// </summary>
    private async Task<RefetchResult?> JudgeAsync(CustomerIdentity customer, IReadOnlyList<Drift> lasting, CacheOperation operation, CancellationToken cancellationToken)
    {
        var found = await DriftsAsync(customer, ExpectedState.Of(operation, settings), cancellationToken);
        IReadOnlyList<Drift> drifts = [.. found.Where(drift => lasting.Any(known => known.Subject == drift.Subject && known.IsWrong == drift.IsWrong))];
        RefetchResult? result = RefetchResult.SkippedOlder;
        if (drifts.Count > 0 && Repairs)
        {
            result = await refetch.ApplyAsync(operation, cancellationToken);
            if (result is null)
            {
                return null;
            }
        }

        var isWrong = drifts.Any(static drift => drift.IsWrong);
        var isRepaired = result is RefetchResult.Written or RefetchResult.Purged;
        tally.Add(isWrong ? AuditResult.Drifted : AuditResult.Right);
        if (isWrong && isRepaired)
        {
            tally.AddRepaired();
        }

        Tell(customer, drifts, isRepaired);
        return result;
    }

    private async Task<IReadOnlyList<Drift>> DriftsAsync(CustomerIdentity customer, ExpectedState expected, CancellationToken cancellationToken)
    {
        var snapshot = await reader.ReadAsync(customer, cancellationToken);

        // An SDK writes it at this moment.
        return snapshot.IsLocked ? [] : DriftComparison.Of(snapshot, expected, time.GetUtcNow());
    }

    private void Tell(CustomerIdentity customer, IReadOnlyList<Drift> drifts, bool isRepaired)
    {
        if (drifts.Count == 0)
        {
            return;
        }

        foreach (var drift in drifts)
        {
            tally.Add(drift.Kind);
        }

        Found?.Invoke(new AuditFinding(customer, drifts, isRepaired));
    }
}
