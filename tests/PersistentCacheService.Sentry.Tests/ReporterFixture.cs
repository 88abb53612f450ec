using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Sentry.Logging;

namespace PersistentCacheService.Sentry.Tests;

/// <summary>A reporter with a logger in front of it and its counter read.</summary>
internal sealed class ReporterFixture : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, long> _outcomes = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly LoggerFactory _factory;
    private int _next;

    public ReporterFixture(SentryOptions options, TimeProvider? time = null)
    {
        Reporter = new SentryReporter(options, time ?? TimeProvider.System);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, Reporter.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
            _outcomes.AddOrUpdate((string)tags[0].Value!, value, (_, sum) => sum + value));
        _listener.Start();
        _factory = new LoggerFactory([new SentryLoggerProvider(Reporter)]);
        Logger = _factory.CreateLogger("PersistentCacheService.Consuming.Consumer");
    }

    public SentryReporter Reporter { get; }

    public ILogger Logger { get; }

    public static SentryOptions OptionsFor(string? dsn) => new()
    {
        Dsn = dsn,
        Release = "1.2.3",
        Environment = "test",
        ServerName = "pod-1",
        TagNames = ["MessageType"],
    };

    public ILogger LoggerOf(string category) => _factory.CreateLogger(category);

    /// <summary>Logs an error that is no repetition of another one.</summary>
    public void LogDistinctError()
    {
        var number = Interlocked.Increment(ref _next);
        Logger.Log(LogLevel.Error, new EventId(1000 + number), $"error {number}", null, static (text, _) => text);
    }

    /// <summary>How many events had this outcome so far.</summary>
    public long Count(string outcome) => _outcomes.GetValueOrDefault(outcome);

    /// <summary>How many events were counted at all.</summary>
    public long CountAll() => _outcomes.Values.Sum();

    public async Task FlushAsync() =>
        Assert.True(await Reporter.FlushAsync(TimeSpan.FromSeconds(30)), "The events were not delivered within 30 s.");

    public async ValueTask DisposeAsync()
    {
        await Reporter.DisposeAsync();
        _factory.Dispose();
        _listener.Dispose();
    }
}
