using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Consuming;

/// <summary>
/// The orderly end. Runs before any service is stopped, so that the side server answers and Redis stays connected meanwhile: consumers end,
/// messages in hand are finished or given back, acknowledgements are sent.
/// </summary>
internal sealed class Drain(
    IEnumerable<Consumer> consumers,
    InFlightLimiter limiter,
    Acknowledger acknowledger,
    VisibilityReturner returner,
    ShutdownPhases phases,
    IHostApplicationLifetime lifetime,
    HostSettings settings,
    TimeProvider time,
    ILogger<Drain> logger) : IHostedLifecycleService
{
    /// <summary>What a stop may take beyond <see cref="HostSettings.ShutdownTimeout"/>: to give back, to send acknowledgements, to close.</summary>
    public static readonly TimeSpan Overtime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // A signal has said so already; a host that is stopped by code says so only after this method.
        lifetime.StopApplication();
        var started = time.GetTimestamp();
        Log.Stopping(logger, limiter.Taken + limiter.Aside, settings.ShutdownTimeout.TotalSeconds);
        var inTime = await EndConsumersAsync(settings.ShutdownTimeout) && await EmptyHandsAsync(settings.ShutdownTimeout - time.GetElapsedTime(started));
        if (!inTime)
        {
            await phases.AbandonAsync();
        }

        // Their own time, not what is left of the deadline: an unsent acknowledgement means that a processed message is delivered again.
        await EmptyHandsAsync(LastFlush);
        var acknowledged = await acknowledger.DrainAsync(LastFlush);
        await returner.DrainAsync(LastFlush);
        Log.Stopped(logger, time.GetElapsedTime(started).TotalSeconds, inTime && acknowledged, limiter.Taken + limiter.Aside);
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

    private async Task<bool> EndConsumersAsync(TimeSpan patience)
    {
        var loops = Task.WhenAll(consumers.Select(static consumer => consumer.ExecuteTask ?? Task.CompletedTask));
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

    /// <summary>Waits until no message is in hand: polled, because it happens once in the life of a process.</summary>
    private async Task<bool> EmptyHandsAsync(TimeSpan patience)
    {
        var started = time.GetTimestamp();
        while (limiter.Taken + limiter.Aside > 0)
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
