using System.Globalization;
using EntitlementCache.Caching;
using EntitlementCache.Hosting;
using EntitlementCache.Redis;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Refetching;
using PersistentCacheService.Sweeping;

namespace PersistentCacheService.Commands.Sweeping;

/// <summary>
/// A sweep with an operator watching. It is the same one sweep that workers do: one that is under way is continued, and one that a worker does is watched
/// to its end.
/// </summary>
internal sealed class ForegroundSweep
{
    // A failover passes within it; in a longer outage an operator has to look.
    private static readonly TimeSpan OutagePatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CommandContext _context;
    private readonly EdgeAccess _edge;
    private readonly SweepLedger _ledger;
    private readonly SweepProgress _progress;
    private readonly Sweeper _sweeper;
    private readonly ProgressDisplay _display;
    private readonly bool _isJson;
    private Watched? _watched;

    /// <param name="access">The cache.</param>
    /// <param name="edge">The Edge API; stays the caller's.</param>
    /// <param name="context">The command's surroundings.</param>
    /// <param name="isJson">Whether the output holds JSON alone.</param>
    public ForegroundSweep(CacheAccess access, EdgeAccess edge, CommandContext context, bool isJson)
    {
        var (time, prefix) = (context.Time, access.Settings.EnvironmentPrefix);
        _context = context;
        _edge = edge;
        _ledger = new SweepLedger(access.Redis, new SweepKeys(prefix));
        _progress = new SweepProgress(time);
        var work = new SweepRefetch(edge.Refetch(access, access.Settings), _progress);
        var terms = SweepTerms.Of(access.Settings.Sweep.RatePerSecond, edge.Concurrency);
        _sweeper = new Sweeper(_ledger, new CachedCustomers(access.Redis, prefix), work, terms, _progress, time);
        _display = new ProgressDisplay(context, isJson);
        _isJson = isJson;
    }

    /// <summary>Begins, continues or watches the sweep to its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var started = _context.Time.GetTimestamp();
        if (await _ledger.ReadAsync(cancellationToken) is { } found)
        {
            var state = found.IsHeld ? "A worker sweeps already" : "A sweep was interrupted and continues";
            await _context.Notes(_isJson).WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{state}: {found.Sweep.Done:#,0} of {found.Sweep.Total:#,0} customers are done."));
        }
        else
        {
            await _ledger.RequestAsync(_context.Time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken);
        }

        var ended = await _display.ShowWhileAsync(
            ToItsEndAsync(cancellationToken), () => _progress.Current ?? Volatile.Read(ref _watched)?.Figures, () => _edge.Trouble);
        var elapsed = _context.Time.GetElapsedTime(started);
        await _context.Output.WriteLineAsync(_isJson ? Json(ended, elapsed) : ended is null
            ? "Another process has ended the sweep."
            : string.Create(CultureInfo.InvariantCulture, $"Done after {RefetchFigures.Words(elapsed)}: {ended.Done:#,0} customers and resources, {ended.Failed:#,0} of them could not be refreshed."));
        return ended is { Failed: > 0 } ? ExitCodes.Incomplete : ExitCodes.Stopped;
    }

    private static string Json(SweepState? ended, TimeSpan elapsed) => JsonResult.Object(json =>
    {
        json.WriteBoolean("endedElsewhere", ended is null);
        if (ended is not null)
        {
            json.WriteNumber("customers", ended.Done);
            json.WriteNumber("failed", ended.Failed);
        }

        json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 1));
    });

    /// <returns>The end of the sweep; null when another process saw it.</returns>
    private async Task<SweepState?> ToItsEndAsync(CancellationToken cancellationToken)
    {
        long? since = null;
        var lastAnswer = _context.Time.GetTimestamp();
        while (true)
        {
            try
            {
                if (await _sweeper.RunAsync(NullLogger.Instance, cancellationToken) is { } ended)
                {
                    _watched = null;
                    return ended;
                }

                if (await _ledger.ReadAsync(cancellationToken) is not { } found || found.Sweep.Since != (since ??= found.Sweep.Since))
                {
                    return null;
                }

                Watch(found.Sweep);
                lastAnswer = _context.Time.GetTimestamp();
            }
            catch (SweepLostException)
            {
                // Look who has it.
            }
            catch (RedisFailureException exception) when (!exception.Kind.NeedsConfiguration() && _context.Time.GetElapsedTime(lastAnswer) < OutagePatience)
            {
                // It continues from its saved place.
            }

            await Task.Delay(Pause, _context.Time, cancellationToken);
        }
    }

    /// <summary>Remembers how far another process is, and since when it is looked at.</summary>
    private void Watch(SweepState sweep)
    {
        var (from, since) = _watched is { } watched ? (watched.From, watched.Since) : (sweep.Done, _context.Time.GetTimestamp());
        var seconds = _context.Time.GetElapsedTime(since).TotalSeconds;
        Volatile.Write(ref _watched, new Watched(new RefetchFigures(sweep.Done, sweep.Total, sweep.Failed, seconds > 0 ? (sweep.Done - from) / seconds : 0), from, since));
    }

    private sealed record Watched(RefetchFigures Figures, long From, long Since);
}
