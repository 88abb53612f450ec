using EntitlementCache.Hosting;
using EntitlementCache.Observability;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Queue;

/// <summary>
/// What happens when memory runs out. That concerns the process and not the message that met it: the message comes back later, spared the dead-letter queue,
/// and nothing is received for some seconds, so that what is in flight can end and free its memory; then one receiver alone continues for a while. A process that
/// ended at once would do worse: everything in flight would be delivered again, to a process that receives just as much. Only a shortage that lasts for a
/// minute ends the service, in order: a leak needs a fresh process.
/// </summary>
internal sealed class MemoryShortage(PollWidth width, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<MemoryShortage> logger)
{
    /// <summary>Nothing is received for this long: messages in flight take milliseconds, unless Redis is away too.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>When nothing failed for this long, a shortage is over and more than one receiver may poll again: several pauses.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromSeconds(20);

    /// <summary>A shortage that lasts longer does not end by itself.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);
    private (long Began, long Latest)? _shortage;
    private bool _hasEndedService;

    /// <summary>Whether the service was stopped because the shortage lasted.</summary>
    public bool HasEndedService => Volatile.Read(ref _hasEndedService);

    /// <summary>Whether nothing should be received now.</summary>
    public bool IsPausing => PauseLeft > TimeSpan.Zero;

    private TimeSpan PauseLeft
    {
        get
        {
            lock (_gate)
            {
                return _shortage is { } shortage ? Pause - time.GetElapsedTime(shortage.Latest) : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Something failed.</summary>
    /// <returns>Whether for lack of memory; then it is logged, and handled except for the message.</returns>
    public bool Observe(Exception exception)
    {
        if (exception is not OutOfMemoryException)
        {
            return false;
        }

        width.Narrow(Calm);
        if (_repeats.MayPrint("", out var suppressed))
        {
            Log.OutOfMemory(logger, exception, Pause.TotalSeconds, suppressed);
        }

        if (Lasts())
        {
            Log.MemoryStaysShort(logger, Longest.TotalSeconds, ExitCodes.Crashed);
            lifetime.StopApplication();
        }

        return true;
    }

    /// <summary>Waits until messages may be received.</summary>
    public Task WaitUntilOverAsync(CancellationToken cancellationToken)
    {
        var left = PauseLeft;
        return left > TimeSpan.Zero ? Task.Delay(left, time, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Notes a failure.</summary>
    /// <returns>True when the service should end, once.</returns>
    private bool Lasts()
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            var began = _shortage is { } shortage && time.GetElapsedTime(shortage.Latest, now) < Calm ? shortage.Began : now;
            _shortage = (began, now);
            if (_hasEndedService || time.GetElapsedTime(began, now) < Longest)
            {
                return false;
            }

            Volatile.Write(ref _hasEndedService, true);
            return true;
        }
    }
}
