using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Sentry.Logging;

namespace PersistentCacheService.Sentry;

/// <summary>Registration with a host.</summary>
public static class SentryServices
{
    /// <summary>
    /// Reports log entries of level Error and above, unhandled exceptions and exceptions of tasks nobody awaited. The reporter is
    /// a singleton: <see cref="SentryReporter.Configure"/> takes a DSN that becomes known later.
    /// </summary>
    /// <param name="services">The host's services; uses their <see cref="TimeProvider"/> when there is one.</param>
    /// <param name="options">What to report with.</param>
    public static IServiceCollection AddSentry(this IServiceCollection services, SentryOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new SentryReporter(options, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ILoggerProvider, SentryLoggerProvider>();
        services.AddHostedService<SentryLifetime>();
        return services;
    }
}
