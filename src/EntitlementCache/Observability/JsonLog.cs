using EntitlementCache.Settings;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace EntitlementCache.Observability;

/// <summary>The process's log: .NET's logging on top, Serilog below, JSON lines on standard output. Its creator disposes it last.</summary>
internal sealed class JsonLog : IDisposable
{
    private readonly LoggingSettings _settings;
    private readonly LogQueue _queue;
    private readonly Serilog.Core.Logger _serilog;

    /// <summary>Opens the log.</summary>
    /// <param name="settings">What is printed, and how.</param>
    /// <param name="output">Usually standard output.</param>
    public JsonLog(LoggingSettings settings, Stream output)
    {
        _settings = settings;
        _queue = new LogQueue(new LogLineFormatter(settings, Environment.ProcessId, Environment.MachineName), output);

        // Levels are filtered above, once: a disabled message costs one comparison and never becomes an event.
        _serilog = new LoggerConfiguration().MinimumLevel.Verbose().Destructure.AsScalar<Suppressed>().WriteTo.Sink(_queue).WriteTo.Sink(Recent, LogEventLevel.Warning).CreateLogger();
        var own = CreateProvider().CreateLogger(typeof(JsonLog).FullName!);
        _queue.LinesLost = lines => Log.LinesDropped(own, lines);
    }

    /// <summary>Lines dropped because standard output was not read fast enough.</summary>
    public long DroppedLines => _queue.Dropped;

    /// <summary>The last warnings and errors.</summary>
    public RecentLines Recent { get; } = new();

    /// <summary>Makes <paramref name="builder"/> log here.</summary>
    public void AddTo(ILoggingBuilder builder)
    {
        builder.SetMinimumLevel(_settings.Level);

        // The frameworks tell of every request and every start step at info and debug.
        var framework = _settings.Level > LogLevel.Warning ? _settings.Level : LogLevel.Warning;
        builder.AddFilter("Microsoft", framework);
        builder.AddFilter("System", framework);
        builder.AddProvider(CreateProvider());
    }

    /// <summary>A provider that prints whatever reaches it.</summary>
    public SerilogLoggerProvider CreateProvider() => new(_serilog, dispose: false);

    /// <summary>Writes what is waiting, unless it is not read.</summary>
    public void Dispose()
    {
        _serilog.Dispose();
        _queue.Dispose();
    }
}
