using System.Globalization;
using EntitlementCache.Hosting;
using EntitlementCache.Messages;
using EntitlementCache.Redis;
using PersistentCacheService.Refetching;
using PersistentCacheService.Settings;
using PersistentCacheService.Warming;

namespace PersistentCacheService.Commands.Warming;

/// <summary><c>warm</c>: fills the cache with customers from a list, another Redis, or the memory of the worker on this machine.</summary>
internal static class WarmCommand
{
    // A failover passes within it; a longer outage needs a person.
    private static readonly TimeSpan OutagePatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Fills, to the end or to Ctrl-C; or counts.</summary>
    /// <returns>0: all are cached; 4: some could not be fetched; 75: stopped before the end.</returns>
    public static async Task<int> RunAsync(CommandLine line, CommandContext context, CancellationToken cancellationToken)
    {
        var (cache, redis, edge, problems) = SettingsReader.ReadRefreshAccess(context.Environment);
        if (problems.Count > 0)
        {
            foreach (var problem in problems)
            {
                await context.Errors.WriteLineAsync(problem);
            }

            return ExitCodes.WrongConfiguration;
        }

        try
        {
            var (customers, trouble) = await new CustomerSource(context).ReadAsync(line.Bulk, cache, redis, cancellationToken);
            if (trouble is { } code)
            {
                return code;
            }

            var rate = line.Bulk.Rate ?? cache.Refill.RatePerSecond;
            if (line.DryRun)
            {
                await TellAsync(line, context, customers, rate);
                return ExitCodes.Stopped;
            }

            await using var access = await CacheAccess.ConnectAsync(cache, redis, context.Time, cancellationToken);
            using var api = new EdgeAccess(edge!, context);
            return await api.FindTroubleAsync(cancellationToken) is { } apiTrouble
                ? apiTrouble
                : await WarmAsync(line, context, access, api, customers, new WarmTerms(
                    rate, edge!.Concurrency, SkipsCached: !line.Bulk.All, SkipsFetched: !line.Bulk.All, HeadStart: EpochWatch.LongestPause), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await context.Notes(line.Json).WriteLineAsync("Stopped. Nothing is lost: run warm again to continue; what is cached is left alone.");
            return ExitCodes.TryAgain;
        }
    }

    private static async Task TellAsync(CommandLine line, CommandContext context, IReadOnlyList<CustomerIdentity> customers, int rate)
    {
        var seconds = Math.Ceiling((double)customers.Count / rate);
        await context.Output.WriteLineAsync(line.Json
            ? WarmReport.Json(new WarmCounts(customers.Count, 0, 0, 0), TimeSpan.Zero)
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{customers.Count:#,0} customers and resources are named. Fetching all of them takes {RefetchFigures.Words(TimeSpan.FromSeconds(seconds))} at {rate} a second; those that are cached need no call. Nothing was changed."));
    }

    private static async Task<int> WarmAsync(
        CommandLine line, CommandContext context, CacheAccess access, EdgeAccess api, IReadOnlyList<CustomerIdentity> customers, WarmTerms terms, CancellationToken cancellationToken)
    {
        var progress = new WarmProgress(context.Time);
        var prefix = access.Settings.EnvironmentPrefix;
        var marks = new WarmMarks(access.Redis, new WarmKeys(prefix), prefix);
        var warmer = new Warmer(marks, api.Refetch(access, WarmParts.Creating(access.Settings)), progress, context.Time);
        var started = context.Time.GetTimestamp();
        var patience = new OutageWait(context.Time);
        var work = warmer.RunAsync(customers, terms, patience.MayContinueAsync, cancellationToken);
        var display = new ProgressDisplay(context, line.Json);
        var counts = await display.ShowWhileAsync(work, () => progress.Current, () => api.Trouble);
        var took = context.Time.GetElapsedTime(started);
        await context.Output.WriteLineAsync(line.Json ? WarmReport.Json(counts, took) : WarmReport.Text(counts, took));
        return counts.Failed > 0 ? ExitCodes.Incomplete : ExitCodes.Stopped;
    }

    /// <summary>Waits out an outage of Redis, if it is no longer than a failover takes.</summary>
    private sealed class OutageWait(TimeProvider time)
    {
        // Longer than an attempt and its pause take: without a failure for so long, Redis works again.
        private readonly TimeSpan _forgotten = TimeSpan.FromSeconds(15);
        private long _since;
        private long _last;

        public async Task<bool> MayContinueAsync(RedisFailureException failure, CancellationToken cancellationToken)
        {
            var now = time.GetTimestamp();
            if (_since == 0 || time.GetElapsedTime(_last, now) > _forgotten)
            {
                _since = now;
            }

            _last = now;
            if (failure.Kind.NeedsConfiguration() || time.GetElapsedTime(_since, now) > OutagePatience)
            {
                return false;
            }

            await Task.Delay(Pause, time, cancellationToken);
            return true;
        }
    }
}
