using Microsoft.Extensions.Logging;
using PersistentCacheService.Sentry.Logging;

namespace PersistentCacheService.Sentry.Tests;

/// <summary>A reporter with a logger in front of it and its counts read.</summary>
internal sealed class ReporterFixture : IAsyncDisposable
{
    private readonly LoggerFactory _factory;
    private int _next;

    public ReporterFixture(SentryOptions options, TimeProvider? time = null)
    {
        Reporter = new SentryReporter(options, time ?? TimeProvider.System);
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
    public long Count(EventOutcome outcome) => Reporter.CountOf(outcome);

    /// <summary>How many events were counted at all.</summary>
    public long CountAll() => Enum.GetValues<EventOutcome>().Sum(Count);

    public async Task FlushAsync() =>
        Assert.True(await Reporter.FlushAsync(TimeSpan.FromSeconds(30)), "The events were not delivered within 30 s.");

    public async ValueTask DisposeAsync()
    {
        await Reporter.DisposeAsync();
        _factory.Dispose();
    }
}
