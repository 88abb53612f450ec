using PersistentCacheService.Sentry.Events;

namespace PersistentCacheService.Sentry;

/// <summary>Reports exceptions that nobody caught: those that end the process, and those of tasks nobody awaited.</summary>
internal sealed class UnhandledExceptions : IDisposable
{
    private readonly SentryReporter _reporter;

    /// <summary>Hooks in until disposal.</summary>
    public UnhandledExceptions(SentryReporter reporter)
    {
        _reporter = reporter;
        AppDomain.CurrentDomain.UnhandledException += OnUnhandled;
        TaskScheduler.UnobservedTaskException += OnUnobserved;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandled;
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
    }

    private void OnUnhandled(object sender, UnhandledExceptionEventArgs e)
    {
        if (e.ExceptionObject is Exception exception)
        {
            Capture(exception, "AppDomain.UnhandledException", SentryLevel.Fatal);
            // The process ends when this handler returns: blocking is the only way to wait. The loop runs on other threads.
            _reporter.FlushAsync(_reporter.FlushTimeout).Wait(_reporter.FlushTimeout);
        }
    }

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs e) =>
        Capture(e.Exception, "UnobservedTaskException", SentryLevel.Error);

    private void Capture(Exception exception, string mechanism, SentryLevel level)
    {
        var key = new EventKey(mechanism, EventId: 0, exception.GetType());
        if (!_reporter.IsOn || !_reporter.Admits(key, out var suppressed))
        {
            return;
        }

        _reporter.Capture(new SentryEvent
        {
            Id = Guid.NewGuid(),
            Timestamp = _reporter.Time.GetUtcNow(),
            Level = level,
            Key = key,
            Template = "Unhandled exception",
            Message = "Unhandled exception",
            Exception = exception,
            Mechanism = mechanism,
            Handled = false,
            Suppressed = suppressed,
        });
    }
}
