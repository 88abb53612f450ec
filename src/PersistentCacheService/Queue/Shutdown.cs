using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Queue;

/// <summary>The steps of a stop, as tokens: no new receives, then no waiting for messages, then no waiting for messages in flight.</summary>
internal sealed class ShutdownPhases : IDisposable
{
    // A long poll that is cancelled at once can lose a batch that is on its way, until its visibility timeout; a second lets it arrive.
    private static readonly TimeSpan PollGrace = TimeSpan.FromSeconds(1);

    private const long NotYet = long.MinValue;

    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _pollsEnd;
    private readonly CancellationTokenSource _abandon;
    private readonly CancellationTokenRegistration _registration;
    private long _began = NotYet;

    public ShutdownPhases(IHostApplicationLifetime lifetime, TimeProvider time)
    {
        _lifetime = lifetime;
        _time = time;

        // CancelAfter counts on the clock the source was created with.
        _pollsEnd = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        Stopping = lifetime.ApplicationStopping;
        _registration = Stopping.Register(() =>
        {
            Volatile.Write(ref _began, _time.GetTimestamp());
            _pollsEnd.CancelAfter(PollGrace);
        });
    }

    /// <summary>How long the service has been stopping; zero: it is not.</summary>
    public TimeSpan Elapsed => Volatile.Read(ref _began) is not NotYet and var began ? _time.GetElapsedTime(began) : TimeSpan.Zero;

    /// <summary>The service is asked to stop: start nothing new.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>A second later: end long polls that are still waiting.</summary>
    public CancellationToken PollsEnd => _pollsEnd.Token;

    /// <summary>The time for messages in flight is over: return what is not done.</summary>
    public CancellationToken Abandon => _abandon.Token;

    /// <summary>Starts the first phase. A signal has done so already; a host that is stopped by code says so late.</summary>
    public void Stop() => _lifetime.StopApplication();

    /// <summary>Starts the last phase.</summary>
    public Task AbandonAsync() => _abandon.CancelAsync();

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _pollsEnd.Dispose();
        _abandon.Dispose();
    }
}

/// <summary>
/// The orderly end. Runs before any service is stopped, so that the side server answers and Redis stays connected meanwhile: receivers end,
/// messages in flight are finished or returned, acknowledgements are sent.
/// </summary>
internal sealed class Drain(
    QueueLanes lanes,
    ShutdownPhases phases,
    HostSettings settings,
    TimeProvider time,
    ILogger<Drain> logger) : IHostedLifecycleService
{
    /// <summary>What a stop may take beyond <see cref="HostSettings.ShutdownTimeout"/>: to return messages, to send acknowledgements, to close.</summary>
    public static readonly TimeSpan Overtime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        phases.Stop();
        var started = time.GetTimestamp();
        Log.Stopping(logger, lanes.Held, settings.ShutdownTimeout.TotalSeconds);
        var inTime = await EndReceiversAsync(settings.ShutdownTimeout) && await FinishMessagesAsync(settings.ShutdownTimeout - time.GetElapsedTime(started));
        if (!inTime)
        {
            await phases.AbandonAsync();
        }

        // Their own time, not what is left of the deadline: an unsent acknowledgement means that a processed message is delivered again.
        await FinishMessagesAsync(LastFlush);
        var acknowledged = await Task.WhenAll(lanes.All.Select(static lane => lane.Settler.DrainAsync(LastFlush)));
        Log.Stopped(logger, time.GetElapsedTime(started).TotalSeconds, inTime && acknowledged.All(static inTime => inTime), lanes.Held);
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> EndReceiversAsync(TimeSpan patience)
    {
        var loops = Task.WhenAll(lanes.All.SelectMany(static lane => lane.Receivers).Select(static receiver => receiver.ExecuteTask ?? Task.CompletedTask));
        try
        {
            await loops.WaitAsync(patience, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Waits until no message is in flight: polled, because it happens once in the life of a process.</summary>
    private async Task<bool> FinishMessagesAsync(TimeSpan patience)
    {
        var started = time.GetTimestamp();
        while (lanes.Held > 0)
        {
            if (time.GetElapsedTime(started) >= patience)
            {
                return false;
            }

            await Task.Delay(PollInterval, time, CancellationToken.None);
        }

        return true;
    }
}
