using Microsoft.Extensions.Logging;

namespace EntitlementCache.Observability.Errors;

/// <summary>
/// Reports log entries of level Error and above, and uncaught exceptions, to Sentry. The DSN may become known after the start: the SDK starts
/// then, and the first entries wait for it. Reporting never waits and never throws; a dead or slow Sentry costs dropped, counted events and nothing else.
/// </summary>
/// <param name="filter">What is sent of an event, and which events.</param>
/// <param name="release">Version of the service.</param>
/// <param name="environment">Environment that events are filed under.</param>
/// <param name="isDisabled">Nothing is reported, whatever DSN comes later.</param>
internal sealed class ErrorReports(EventFilter filter, string release, string environment, bool isDisabled) : ILoggerProvider
{
    // How long the end of the process waits for events that are not delivered yet.
    // Our own code, among the frames of a stack: worker, Sidecar and what they share.
    private static readonly string[] Parts = ["PersistentCacheService", "Sidecar", nameof(EntitlementCache)];

    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Queue<(string Category, Action<ILogger> Entry)> _waiting = new();
    private volatile LoggerFactory? _sentry;
    private volatile bool _isOff = isDisabled;

    /// <summary>False when entries go nowhere. True while a DSN may still come.</summary>
    public bool IsOn => !_isOff;

    /// <summary>Whether there is a DSN, and entries are reported to it.</summary>
    public bool IsStarted => _sentry is not null;

    /// <summary>Starts reporting, with what waited first. The first decision stands.</summary>
    /// <param name="dsn">Where to; never logged.</param>
    /// <param name="logger">Says where errors go, and when they cannot be delivered.</param>
    public void Start(string dsn, ILogger logger)
    {
        lock (_gate)
        {
            if (_isOff || _sentry is not null)
            {
                return;
            }

            try
            {
                _sentry = Connect(dsn.Trim(), logger);
            }
            catch (Exception exception) when (exception is ArgumentException or FormatException)
            {
                Discard();
                Log.MalformedDsn(logger);
                return;
            }

            while (_waiting.TryDequeue(out var waiting))
            {
                waiting.Entry(_sentry.CreateLogger(waiting.Category));
            }
        }
    }

    /// <summary>Nothing is reported from now on, unless it has started.</summary>
    public void TurnOff()
    {
        lock (_gate)
        {
            if (_sentry is null)
            {
                Discard();
            }
        }
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new CategoryLogger(this, categoryName);

    /// <summary>Waits a moment for what is not delivered yet.</summary>
    public void Dispose()
    {
        TurnOff();
        _sentry?.Dispose();
    }

    private LoggerFactory Connect(string dsn, ILogger logger)
    {
        var uri = new Uri(dsn);
        var factory = new LoggerFactory();
        factory.AddSentry(options =>
        {
            options.Dsn = dsn;
            options.Release = release;
            options.Environment = environment;
            options.ServerName = Environment.MachineName;
            options.ShutdownTimeout = FlushTimeout;
            options.Transport = new EventTransport(options, filter, logger);

            // The filter lets no more than this wait; twice as many leave that decision, and the counting, to it.
            options.MaxQueueItems = 2 * EventFilter.MostWaiting;
            options.SetBeforeSend(filter.Prepare);
            foreach (var part in Parts)
            {
                options.AddInAppInclude(part);
            }

            // Errors only, and nothing about the machine or its user.
            options.MinimumBreadcrumbLevel = LogLevel.None;
            options.MaxBreadcrumbs = 0;
            options.AttachStacktrace = false;
            options.SendDefaultPii = false;
            options.SendClientReports = false;
            options.AutoSessionTracking = false;
            options.EnableBackpressureHandling = false;
            options.CaptureFailedRequests = false;
            options.ReportAssembliesMode = ReportAssembliesMode.None;
            options.DetectStartupTime = StartupTimeDetectionMode.None;
            options.IsGlobalModeEnabled = true;
            options.DisableFileWrite = true;
            options.DisableDiagnosticSourceIntegration();
        });
        Log.ErrorsReported(logger, uri.Authority, uri.Segments[^1]);
        return factory;
    }

    private void Report(string category, Action<ILogger> entry)
    {
        if (_sentry is { } sentry)
        {
            entry(sentry.CreateLogger(category));
            return;
        }

        lock (_gate)
        {
            if (_sentry is not null)
            {
                entry(_sentry.CreateLogger(category));
            }
            else if (!_isOff && _waiting.Count < EventFilter.MostWaiting)
            {
                _waiting.Enqueue((category, entry));
            }
            else if (!_isOff)
            {
                filter.Count(EventOutcome.DroppedQueueFull);
            }
        }
    }

    private void Discard()
    {
        _isOff = true;
        _waiting.Clear();
    }

    private sealed class CategoryLogger(ErrorReports reports, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is LogLevel.Error or LogLevel.Critical && reports.IsOn;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                reports.Report(category, sentry => sentry.Log(logLevel, eventId, state, exception, formatter));
            }
        }
    }
}
