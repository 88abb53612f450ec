using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TestKit;

/// <summary>Collects what is logged, at every level, for a test to look at. Usable as a provider of a host, as a factory, or for single loggers.</summary>
public sealed class CapturedLogs : ILoggerProvider, ILoggerFactory
{
    private readonly ConcurrentQueue<CapturedLog> _entries = new();

    /// <summary>Everything logged so far, in order.</summary>
    public IReadOnlyList<CapturedLog> Entries => [.. _entries];

    /// <summary>A logger for a type's category.</summary>
    public ILogger<T> Logger<T>() => new Logger<T>(this);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Collector(_entries, categoryName);

    /// <summary>The entries of an event, in order.</summary>
    public IReadOnlyList<CapturedLog> WithEvent(int eventId) => [.. _entries.Where(entry => entry.EventId.Id == eventId)];

    /// <summary>Waits for an entry that fits and returns the first; fails with all that was logged.</summary>
    public async Task<CapturedLog> WaitForAsync(Func<CapturedLog, bool> fits, string what, TimeSpan? deadline = null)
    {
        CapturedLog? found = null;
        try
        {
            await Eventually.HoldsAsync(() => (found = _entries.FirstOrDefault(fits)) is not null, what, deadline);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"Not logged: {what}. Logged:\n{this}", exception);
        }

        return found!;
    }

    /// <summary>All entries, one a line, for failure messages.</summary>
    public override string ToString() => string.Join('\n', _entries);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The captured logs are the only provider.");

    /// <inheritdoc/>
    public void Dispose()
    {
        // The entries stay readable after the host is gone.
    }

    private sealed class Collector(ConcurrentQueue<CapturedLog> entries, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var fields = (state as IEnumerable<KeyValuePair<string, object?>>)?
                .GroupBy(field => field.Key)
                .ToDictionary(group => group.Key, group => group.Last().Value);
            entries.Enqueue(new CapturedLog(logLevel, eventId, category, formatter(state, exception), exception, fields ?? []));
        }
    }
}
