using System.Collections.Concurrent;
using System.Globalization;
using EntitlementCache.Caching;
using EntitlementCache.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Auditing;
using PersistentCacheService.Commands.Inspect;
using PersistentCacheService.Refetching;
using PersistentCacheService.Sweeping;
using PersistentCacheService.Warming;

namespace PersistentCacheService.Commands.Auditing;

/// <summary><c>audit</c>: compares cached customers with the Edge API, and repairs them where that is wanted.</summary>
internal static class AuditCommand
{
    private const int DefaultSample = 1_000;
    private const int MostFindings = 10_000;

    // An audit is of the day: a stopped one continues within an hour, later it begins anew.
    private const int PlaceKeptSeconds = 60 * 60;

    /// <summary>Audits, to the end or to Ctrl-C.</summary>
    /// <returns>0: nothing is wrong, or all is repaired; 4: some could not be fetched; 5: some are wrong; 75: stopped, or another audit runs.</returns>
    public static Task<int> RunAsync(CommandLine line, CommandContext context, CancellationToken cancellationToken) => EdgeAccess.UseAsync(
        context,
        (access, api) => AuditAsync(line, context, access, api, SweepTerms.Of(line.Bulk.Rate ?? access.Settings.Sweep.RatePerSecond, api.Concurrency), cancellationToken),
        cancellationToken);

    private static async Task<int> AuditAsync(
        CommandLine line, CommandContext context, CacheAccess access, EdgeAccess api, SweepTerms pace, CancellationToken cancellationToken)
    {
        var (time, prefix, cache) = (context.Time, access.Settings.EnvironmentPrefix, access.Settings);
        var (tally, progress, orphans) = (new AuditTally(time), new SweepProgress(time), new OrphanedUsage(access.Redis, prefix));
        var findings = new ConcurrentQueue<AuditFinding>();
        var terms = new AuditTerms(line.Bulk.Sample switch { 0 => null, null => DefaultSample, var some => some }, AuditTerms.UsualGrace);
        using var repairPace = new CallPace(new WarmMarks(access.Redis, new WarmKeys(prefix), prefix).PermitAsync, pace.RatePerSecond, time);
        using var auditor = new Auditor(api.Refetch(access, cache), new SnapshotReader(access.Redis, prefix, asksExpiries: false), orphans, cache, terms, tally, time)
        {
            Progress = progress,
            RepairPace = line.Bulk.Repair ? repairPace : null,
            Found = finding =>
            {
                if (findings.Count < MostFindings)
                {
                    findings.Enqueue(finding);
                }
            },
        };
        var ledger = new SweepLedger(access.Redis, new SweepKeys(prefix, $"{AuditParts.Name}:once"), PlaceKeptSeconds);
        var sweeper = new Sweeper(ledger, new CachedCustomers(access.Redis, prefix) { OtherKey = orphans.Meet }, auditor, pace, progress, time);
        var display = new ProgressDisplay(context, line.Json);
        var started = time.GetTimestamp();
        try
        {
            await TellPlaceAsync(line, context, ledger, cancellationToken);
            var isComplete = await display.ShowWhileAsync(GoThroughAsync(sweeper, ledger, auditor, time, cancellationToken), () => progress.Current, () => api.Trouble);
            if (!isComplete)
            {
                await context.Errors.WriteLineAsync("Another audit is under way; try again when it has ended.");
                return ExitCodes.TryAgain;
            }

            var report = new AuditReport(tally, [.. findings], time.GetElapsedTime(started), isComplete: true);
            await context.Output.WriteLineAsync(line.Json ? report.Json() : report.Text());
            return report.ExitCode;
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is OperationCanceledException)
        {
            var report = new AuditReport(tally, [.. findings], time.GetElapsedTime(started), isComplete: false);
            await context.Output.WriteLineAsync(line.Json ? report.Json() : $"{report.Text()}\nRun audit again within an hour to go on with the rest.");
            return ExitCodes.TryAgain;
        }
    }

    private static async Task TellPlaceAsync(CommandLine line, CommandContext context, SweepLedger ledger, CancellationToken cancellationToken)
    {
        if (await ledger.ReadAsync(cancellationToken) is { IsHeld: false } found && !line.Json)
        {
            await context.Output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"An interrupted audit continues after {found.Sweep.Done:#,0} of {found.Sweep.Total:#,0} customers."));
        }
    }

    /// <returns>False: another audit is under way.</returns>
    private static async Task<bool> GoThroughAsync(Sweeper sweeper, SweepLedger ledger, Auditor auditor, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await ledger.ReadAsync(cancellationToken) is null)
        {
            await ledger.RequestAsync(time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken);
        }

        if (await sweeper.RunAsync(NullLogger.Instance, cancellationToken) is null)
        {
            return false;
        }

        await auditor.SettleAsync(cancellationToken);
        return true;
    }
}
