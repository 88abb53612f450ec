using System.Threading.Channels;
using EntitlementCache.Observability;
using EntitlementCache.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Warming;

/// <summary>Looks at the marker of the data every other second, and tells when Redis has lost what it held.</summary>
internal sealed class EpochWatch(EpochMarker marker, RedisClient redis, TimeProvider time, ILogger<EpochWatch> logger) : BackgroundService
{
    // A small script call; a wipe is seen within 10 s, the reconnect after a restart included.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // Wipes that are not dealt with yet: each is followed by the same work, so that a few tell all.
    private const int MostWaiting = 8;

    private readonly Channel<Wipe> _waiting = Channel.CreateBounded<Wipe>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly LogBudget _refusals = new(TimeSpan.FromHours(1), time);
    private readonly long[] _wipes = new long[Enum.GetValues<WipeKind>().Length];
    private bool _isWarming;

    /// <summary>Longest time from a look to the next while Redis answers: when all workers know of a change.</summary>
    public static TimeSpan LongestPause => Interval * 2;

    /// <summary>How often Redis was found to have lost what it held in this way, since the start.</summary>
    public long CountOf(WipeKind kind) => Volatile.Read(ref _wipes[(int)kind]);

    /// <summary>A warm-up is under way somewhere, or was some minutes ago.</summary>
    public bool IsWarming => Volatile.Read(ref _isWarming);

    /// <summary>The wipes, each once, for who refills the cache.</summary>
    public ChannelReader<Wipe> Waiting => _waiting.Reader;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await redis.WaitUntilReadyAsync(stoppingToken);
                Take(await marker.BeatAsync(stoppingToken));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Tell(exception);
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Take(EpochSighting sighting)
    {
        Volatile.Write(ref _isWarming, sighting.IsWarming);
        if (sighting.Wipe is { } wipe)
        {
            Interlocked.Increment(ref _wipes[(int)wipe.Kind]);
            Log.RedisWiped(logger, wipe.Kind, wipe.What);
            _waiting.Writer.TryWrite(wipe);
        }
    }

    private void Tell(Exception exception)
    {
        if (exception is RedisFailureException { Kind: RedisFailureKind.NoPermission })
        {
            // The rights of older versions: everything else works.
            if (_refusals.MayPrint(nameof(Log.EpochNotPermitted), out var suppressed))
            {
                Log.EpochNotPermitted(logger, exception.Message, suppressed);
            }

            return;
        }

        Log.EpochUnreadable(logger, exception.Message);
    }
}
