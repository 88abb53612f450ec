using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;
using PersistentCacheService.Observability;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Tracing;

/// <summary>Creates the push with the host, and sends the last spans when the work is over.</summary>
/// <param name="push">The push; it runs by itself.</param>
/// <param name="settings">What is pushed.</param>
/// <param name="logger">Says so.</param>
internal sealed class SpanPushLifetime(TracerProvider push, TracingSettings settings, ILogger<SpanPushLifetime> logger) : IHostedService
{
    private const int LastPushInMilliseconds = 2000;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Log.TracingStarts(logger, settings.Sampler, settings.Sampling.Ratio);
        return Task.CompletedTask;
    }

    /// <summary>Runs after the drain. The shutdown blocks: it does so on a thread of the pool, and other services end meanwhile.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(() => push.Shutdown(LastPushInMilliseconds), CancellationToken.None);
}
