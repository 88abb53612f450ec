using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Settings;
using Serilog;
using Serilog.Extensions.Logging;

namespace PersistentCacheService.Observability;

/// <summary>Wires the log: .NET's logging on top, Serilog below, JSON lines on standard output.</summary>
internal static class LoggingSetup
{
    /// <summary>A provider that prints what reaches it; the caller disposes it.</summary>
    public static SerilogLoggerProvider CreateProvider(LoggingSettings settings, Stream output)
    {
        var writer = new LogLineWriter(settings, Environment.ProcessId, Environment.MachineName);

        // Levels are filtered above, once: a disabled message costs one comparison and never becomes an event.
        var logger = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(new StandardOutputSink(writer, output)).CreateLogger();
        return new SerilogLoggerProvider(logger, dispose: true);
    }

    /// <summary>Makes <paramref name="builder"/> log as <paramref name="settings"/> say.</summary>
    public static void AddJsonLines(this ILoggingBuilder builder, LoggingSettings settings)
    {
        builder.SetMinimumLevel(settings.Level);

        // The frameworks tell of every request and every start step at info and debug.
        var framework = settings.Level > LogLevel.Warning ? settings.Level : LogLevel.Warning;
        builder.AddFilter("Microsoft", framework);
        builder.AddFilter("System", framework);
        builder.Services.AddSingleton<ILoggerProvider>(_ => CreateProvider(settings, Console.OpenStandardOutput()));
    }
}
