using System.Globalization;
using EntitlementCache.Caching;
using EntitlementCache.EdgeApi;
using EntitlementCache.Hosting;
using EntitlementCache.Observability;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Observability;
using PersistentCacheService.Sweeping;

namespace PersistentCacheService.Commands.Sweeping;

/// <summary>
/// A sweep with an operator watching. It is the same one sweep that workers do: one that is under way is continued, and one that a worker does is watched
/// to its end.
/// </summary>
internal sealed class ForegroundSweep : IDisposable
{
    // A failover passes within it; in a longer outage an operator has to look.
    private static readonly TimeSpan OutagePatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CommandContext _context;
    private readonly EdgeHttp _http;
    private readonly EdgeHealth _health;
    private readonly EdgeApiClient _edge;
    private readonly SweepLedger _ledger;
    private readonly SweepProgress _progress;
    private readonly Sweeper _sweeper;
    private readonly ProgressDisplay _display;
    private Watched? _watched;

    public ForegroundSweep(CacheAccess access, EdgeApiSettings edge, CommandContext context)
    {
        var (time, prefix, page) = (context.Time, access.Settings.EnvironmentPrefix, new MetricsPage());
        var breaker = new EdgeBreaker(time, Random.Shared.NextDouble);
        _context = context;
        _http = new EdgeHttp(edge, time);
        _health = new EdgeHealth(breaker, time, NullLogger<EdgeHealth>.Instance);
        _edge = new EdgeApiClient(edge, _http, breaker, _health, new EdgeMetrics(page), time, Random.Shared.NextDouble);
        _ledger = new SweepLedger(access.Redis, new SweepKeys(prefix));
        _progress = new SweepProgress(time);
        var cache = new ScriptedCache(access.Redis, access.Settings, time, Random.Shared.NextDouble);
        var refetch = new CustomerRefetch(_edge, cache, new ServiceMetrics(page), time, Random.Shared.NextDouble, NullLogger<CustomerRefetch>.Instance);
        _sweeper = new Sweeper(_ledger, new CachedCustomers(access.Redis, prefix), refetch, access.Settings.Sweep, edge, _progress, time);
        _display = new ProgressDisplay(context.Output, context.IsTerminal);
    }

    /// <summary>Asks the Edge API once: a sweep with a refused key or a wrong address would wait forever.</summary>
    /// <returns>The exit code when it makes no sense to begin; the reason is printed.</returns>
    public async Task<int?> FindTroubleAsync(CancellationToken cancellationToken)
    {
        using var reply = await _http.GetConfigurationAsync(cancellationToken);
        if (reply.Result.IsConfigurationError())
        {
            await _context.Errors.WriteLineAsync($"The Edge API refuses the key ({reply.Cause}). Remedy: check SERVER_API_KEY: the server key of this environment.");
            return ExitCodes.WrongConfiguration;
        }

        if (reply.Result == EdgeResult.Network)
        {
            await _context.Errors.WriteLineAsync($"The Edge API cannot be reached: {reply.Cause}. Remedy: check EDGE_API_URL and that the network lets this process reach it.");
            return ExitCodes.Unavailable;
        }

        return null;
    }

    /// <summary>Begins, continues or watches the sweep to its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var started = _context.Time.GetTimestamp();
        if (await _ledger.ReadAsync(cancellationToken) is { } found)
        {
            var state = found.IsHeld ? "A worker sweeps already" : "A sweep was interrupted and continues";
            await _context.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{state}: {found.Sweep.Done:#,0} of {found.Sweep.Total:#,0} customers are done."));
        }
        else
        {
            await _ledger.RequestAsync(_context.Time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken);
        }

        var ended = await ShowWhileAsync(ToItsEndAsync(cancellationToken));
        var elapsed = SweepFigures.Words(_context.Time.GetElapsedTime(started));
        await _context.Output.WriteLineAsync(ended is null
            ? "Another process has ended the sweep."
            : string.Create(CultureInfo.InvariantCulture, $"Done after {elapsed}: {ended.Done:#,0} customers and resources, {ended.Failed:#,0} of them could not be refreshed."));
        return ended is { Failed: > 0 } ? ExitCodes.Incomplete : ExitCodes.Stopped;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _edge.Dispose();
        _http.Dispose();
    }

    private async Task<SweepState?> ShowWhileAsync(Task<SweepState?> work)
    {
        try
        {
            while (!work.IsCompleted)
            {
                await Task.WhenAny(work, Task.Delay(_display.Interval, _context.Time, CancellationToken.None));
                if ((_progress.Current ?? Volatile.Read(ref _watched)?.Figures) is { } figures)
                {
                    await _display.ShowAsync(figures, _health.Failure is { } failure ? $"the Edge API: {LabelText.SnakeCase(failure.ToString())}" : "");
                }
            }

            return await work;
        }
        finally
        {
            await _display.LeaveAsync();
        }
    }

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
        Volatile.Write(ref _watched, new Watched(new SweepFigures(sweep.Done, sweep.Total, sweep.Failed, seconds > 0 ? (sweep.Done - from) / seconds : 0), from, since));
    }

    private sealed record Watched(SweepFigures Figures, long From, long Since);
}
