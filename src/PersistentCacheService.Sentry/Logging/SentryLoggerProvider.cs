using Microsoft.Extensions.Logging;

namespace PersistentCacheService.Sentry.Logging;

/// <summary>Turns log entries of level Error and above into events.</summary>
[ProviderAlias("Sentry")]
internal sealed class SentryLoggerProvider(SentryReporter reporter) : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider? _scopes;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new SentryLogger(categoryName, reporter, () => _scopes);

    /// <inheritdoc/>
    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <summary>Nothing: the reporter outlives the logging, to deliver what it said last.</summary>
    public void Dispose()
    {
        // See the summary.
    }
}
