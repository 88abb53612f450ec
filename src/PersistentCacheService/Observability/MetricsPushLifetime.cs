using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;

namespace PersistentCacheService.Observability;

/// <summary>Creates the push with the host, and sends the last figures when the work is over.</summary>
/// <param name="push">The push; it runs by itself.</param>
internal sealed class MetricsPushLifetime(MeterProvider push) : IHostedService
{
    private const int LastPushInMilliseconds = 2000;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the drain. The shutdown blocks: it does so on a thread of the pool, and other services end meanwhile.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(() => push.Shutdown(LastPushInMilliseconds), CancellationToken.None);
}
