using System.Globalization;
using EntitlementCache.Caching;
using EntitlementCache.Hosting;
using PersistentCacheService.Auditing;
using PersistentCacheService.Commands.Inspect;
using PersistentCacheService.Refetching;
using PersistentCacheService.Sweeping;

namespace PersistentCacheService.Commands.Auditing;

/// <summary><c>audit</c>: compares cached customers with the Edge API, and repairs them where that is wanted.</summary>
internal static class AuditCommand
{
    private const int DefaultSample = 1_000;

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
        var (tally, progress, orphans, findings) = (new AuditTally(time), new SweepProgress(time), new OrphanedUsage(access.Redis, prefix), new AuditFindings());
        var terms = new AuditTerms(line.Bulk.Sample switch { 0 => null, null => DefaultSample, var some => some }, AuditTerms.UsualGrace);
        var ledger = new SweepLedger(access.Redis, new SweepKeys(prefix, $"{AuditParts.Name}:once"), PlaceKeptSeconds);
        await using var auditor = new Auditor(api.Refetch(access, cache), new SnapshotReader(access.Redis, prefix, asksExpiries: false), orphans, cache, terms, tally, time)
        {
            Progress = progress,
            SecondPace = new CallPace(ledger.PermitSecondLookAsync, pace.RatePerSecond, time),
            Repairs = line.Bulk.Repair,
            Found = findings.Add,
        };
        var sweeper = new Sweeper(ledger, new CachedCustomers(access.Redis, prefix) { OtherKey = orphans.Meet }, auditor, pace, progress, time);
        var started = time.GetTimestamp();
        var driftedBefore = await TellPlaceAsync(line, context, ledger, cancellationToken);
        AuditReport Report(bool isComplete) => new(tally, findings.All, time.GetElapsedTime(started), isComplete, driftedBefore);
        Task TellAsync(AuditReport report) => context.Output.WriteLineAsync(line.Json ? report.Json() : report.Text());
        try
        {
            var work = new ForegroundAudit(sweeper, ledger, auditor, time).RunAsync(cancellationToken);
            var isComplete = await new ProgressDisplay(context, line.Json).ShowWhileAsync(work, () => progress.Current, () => HeldUpBy(api, auditor));
            var report = Report(isComplete);
            if (isComplete || report.Compared > 0)
            {
                await TellAsync(report);
            }

            if (!isComplete)
            {
                await context.Errors.WriteLineAsync("Another audit is under way; try again when it has ended.");
            }

            return isComplete ? report.ExitCode : ExitCodes.TryAgain;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await TellAsync(Report(isComplete: false));
            await context.Notes(line.Json).WriteLineAsync("Run audit again within an hour to continue with the rest.");
            return ExitCodes.TryAgain;
        }
        catch
        {
            await TellAsync(Report(isComplete: false));
            throw;
        }
    }

    private static string HeldUpBy(EdgeAccess api, Auditor auditor) => (api.Trouble, auditor.InDoubt) switch
    {
        ({ Length: > 0 } trouble, _) => trouble,
        (_, 0) => "",
        (_, 1) => "1 difference waits for a second look",
        (_, var waiting) => string.Create(CultureInfo.InvariantCulture, $"{waiting} differences wait for a second look"),
    };

    /// <returns>How many the interrupted audit found wrong that is continued; 0: none is.</returns>
    private static async Task<long> TellPlaceAsync(CommandLine line, CommandContext context, SweepLedger ledger, CancellationToken cancellationToken)
    {
        if (await ledger.ReadAsync(cancellationToken) is not { IsHeld: false } found)
        {
            return 0;
        }

        await context.Notes(line.Json).WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"An interrupted audit continues after {found.Sweep.Done:#,0} of {found.Sweep.Total:#,0} customers."));
        return found.Sweep.Drifted;
    }
}
