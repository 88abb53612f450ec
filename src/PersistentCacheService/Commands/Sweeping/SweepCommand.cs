using System.Globalization;
using EntitlementCache.Hosting;
using PersistentCacheService.Refetching;

namespace PersistentCacheService.Commands.Sweeping;

/// <summary><c>sweep</c>: refreshes every cached customer from the Edge API, as a sweep event makes the workers do; or counts them.</summary>
internal static class SweepCommand
{
    /// <summary>Counts, or sweeps to the end or to Ctrl-C.</summary>
    /// <returns>0: all are refreshed; 4: some could not be; 75: stopped before the end.</returns>
    public static async Task<int> RunAsync(CommandLine line, CommandContext context, CancellationToken cancellationToken)
    {
        try
        {
            return line.DryRun ? await CountAsync(line, context, cancellationToken) : await SweepAsync(line, context, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await context.Notes(line.Json).WriteLineAsync("Stopped. Nothing is lost: run sweep again to continue; a worker with CACHE_SWEEP=1 continues by itself.");
            return ExitCodes.TryAgain;
        }
    }

    private static async Task<int> CountAsync(CommandLine line, CommandContext context, CancellationToken cancellationToken)
    {
        await using var access = await CacheAccess.OpenAsync(context, cancellationToken);
        if (access is null)
        {
            return ExitCodes.WrongConfiguration;
        }

        var prefix = access.Settings.EnvironmentPrefix;
        var count = await new CachedCustomers(access.Redis, prefix).CountAsync(cancellationToken);
        var rate = access.Settings.Sweep.RatePerSecond;
        var takes = TimeSpan.FromSeconds(Math.Ceiling((double)count / rate));
        await context.Output.WriteLineAsync(line.Json ? Json(count, rate, takes) : string.Create(
            CultureInfo.InvariantCulture,
            $"{count:#,0} customers and resources are cached in {prefix}. A sweep makes as many calls to the Edge API and takes {RefetchFigures.Words(takes)} at {rate} a second. Nothing was changed."));
        return ExitCodes.Stopped;
    }

    private static string Json(long count, int rate, TimeSpan takes) => JsonResult.Object(json =>
    {
        json.WriteNumber("customers", count);
        json.WriteNumber("callsPerSecond", rate);
        json.WriteNumber("seconds", takes.TotalSeconds);
    });

    private static Task<int> SweepAsync(CommandLine line, CommandContext context, CancellationToken cancellationToken) => EdgeAccess.UseAsync(
        context, (access, api) => new ForegroundSweep(access, api, context, line.Json).RunAsync(cancellationToken), cancellationToken);
}
