using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PersistentCacheService.Sentry;

/// <summary>Connects the reporter with the host: its own log, and the exceptions nobody catches.</summary>
internal sealed class SentryLifetime(SentryReporter reporter, ILogger<SentryReporter> logger) : IHostedService, IDisposable
{
    private UnhandledExceptions? _unhandled;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        reporter.LogTo(logger);
        if (reporter.IsOn)
        {
            _unhandled = new UnhandledExceptions(reporter);
        }

        return Task.CompletedTask;
    }

    /// <summary>Nothing: the last errors of a shutdown are still to come. The reporter flushes when the host disposes it.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _unhandled?.Dispose();
}
