using EntitlementCache.Messages;
using EntitlementCache.Redis;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;
using PersistentCacheService.Refetching;

namespace PersistentCacheService.Sweeping;

/// <summary>
/// Does sweeps, and audits, which have keys and work of their own: takes the lease, goes through the cached customers batch by batch, and saves its place
/// after each, so that the replica that continues after a kill repeats a batch at most. The worker runs it in the background, commands in the foreground.
/// </summary>
internal sealed class Sweeper(
    SweepLedger ledger, CachedCustomers customers, ISweepWork work, SweepTerms terms, SweepProgress progress, TimeProvider time)
{
    // What a kill repeats: two seconds of work, but enough to keep all calls busy to the end of most batches.
    private const int SecondsPerBatch = 2;
    private const int SmallestBatch = 20;

    /// <summary>Does the sweep that there is to do, if no other process does it, to its end.</summary>
    /// <param name="logger">Gets the beginning and the end.</param>
    /// <param name="stopping">Ends it before its end: the lease is given up, and another process continues it.</param>
    /// <returns>How it ended; null: there was nothing to do, or another process does it.</returns>
    /// <exception cref="RedisFailureException">Redis could not be asked. What is saved stays: call again.</exception>
    /// <exception cref="SweepLostException">The lease was lost: another process continues it, or this one at the next call.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public async Task<SweepState?> RunAsync(ILogger logger, CancellationToken stopping)
    {
        var asked = time.GetTimestamp();
        if (await ledger.TakeAsync(SweepLease.Life, stopping) is not { } sweep)
        {
            return null;
        }

        progress.Begin(sweep);
        var lease = new SweepLease(ledger, asked, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, lease.Lost);
        try
        {
            if (sweep.Total is { } total)
            {
                Log.SweepContinues(logger, sweep.Done, total);
            }

            sweep = await GoThroughAsync(sweep, logger, either.Token);
            progress.End();
            Log.SweepEnded(logger, sweep.Done, sweep.Failed);
            return sweep;
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            throw new SweepLostException();
        }
        finally
        {
            progress.Leave();
            await lease.DisposeAsync();
            await ReleaseAsync(stopping);
        }
    }

    private async Task<SweepState> GoThroughAsync(SweepState sweep, ILogger logger, CancellationToken cancellationToken)
    {
        using var pace = new CallPace(ledger.PermitAsync, terms.RatePerSecond, time);
        var batchSize = Math.Max(SmallestBatch, (int)(terms.RatePerSecond * SecondsPerBatch));
        var (driftedBefore, drifted) = (sweep.Drifted, work.Drifted);
        var unsaved = new Queue<(SweepState Place, Task PutOff)>();
        while (true)
        {
            var server = sweep.Server;
            sweep = await WithValidCursorAsync(sweep, logger, cancellationToken);
            if (sweep.Server != server)
            {
                // Their cursors mean nothing to this server.
                unsaved.Clear();
            }

            var (batch, cursor) = await customers.NextAsync(sweep.Cursor, batchSize, cancellationToken);
            var failed = await RunAsync(batch, sweep, pace, cancellationToken);
            sweep = sweep with { Cursor = cursor, Done = sweep.Done + batch.Count, Failed = sweep.Failed + failed };
            if (cursor != SweepState.Start)
            {
                unsaved.Enqueue((sweep, work.PutOff));
                if (await LastDoneAsync(unsaved) is { } done)
                {
                    await ledger.SaveAsync(done with { Drifted = driftedBefore + work.Drifted - drifted }, cancellationToken);
                }
            }
            else if (await customers.ServerAsync(cancellationToken) == sweep.Server)
            {
                await work.PutOff.WaitAsync(cancellationToken);
                await ledger.EndAsync(cancellationToken);
                return sweep with { Drifted = driftedBefore + work.Drifted - drifted };
            }
        }
    }

    /// <summary>Takes the places up to which everything is done, what was put off included; null: there is no new one.</summary>
    private static async Task<SweepState?> LastDoneAsync(Queue<(SweepState Place, Task PutOff)> unsaved)
    {
        SweepState? last = null;
        while (unsaved.TryPeek(out var first) && first.PutOff.IsCompleted)
        {
            await first.PutOff;
            last = unsaved.Dequeue().Place;
        }

        return last;
    }

    /// <summary>Counts the customers at the beginning, and begins again where another server, or a restarted one, would not know the cursor.</summary>
    private async Task<SweepState> WithValidCursorAsync(SweepState sweep, ILogger logger, CancellationToken cancellationToken)
    {
        var server = await customers.ServerAsync(cancellationToken);
        if (sweep.Total is not null && sweep.Server == server)
        {
            return sweep;
        }

        if (sweep.Total is not null)
        {
            Log.SweepStartsOver(logger, sweep.Done);
        }

        var total = await customers.CountAsync(cancellationToken);
        sweep = new SweepState(sweep.Since, server, Total: total);
        await ledger.SaveAsync(sweep, cancellationToken);
        progress.Begin(sweep);
        Log.SweepBegins(logger, total, terms.RatePerSecond);
        return sweep;
    }

    private async Task<int> RunAsync(List<CustomerIdentity> batch, SweepState sweep, CallPace pace, CancellationToken cancellationToken)
    {
        var failed = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = terms.CallsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(batch, options, async (customer, token) =>
        {
            if (await work.RunAsync(customer, sweep, pace, token))
            {
                Interlocked.Increment(ref failed);
            }
        });
        return failed;
    }

    private async Task ReleaseAsync(CancellationToken stopping)
    {
        if (!stopping.IsCancellationRequested)
        {
            // Ended or lost; after a failure the same process takes it again.
            return;
        }

        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
            await ledger.ReleaseAsync(deadline.Token);
        }
        catch (Exception exception) when (exception is RedisFailureException or OperationCanceledException)
        {
            // It expires by itself.
        }
    }
}
