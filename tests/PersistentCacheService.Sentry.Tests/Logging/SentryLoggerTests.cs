using Microsoft.Extensions.Logging;
using TestKit;

namespace PersistentCacheService.Sentry.Tests.Logging;

public sealed class SentryLoggerTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private IngestServer _server = null!;
    private ReporterFixture _sentry = null!;

    public async Task InitializeAsync()
    {
        _server = await IngestServer.StartAsync();
        _sentry = new ReporterFixture(ReporterFixture.OptionsFor(_server.Dsn), _time);
    }

    public async Task DisposeAsync()
    {
        await _sentry.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Only_errors_and_worse_are_reported()
    {
        _sentry.Logger.LogDebug(new EventId(1), "a");
        _sentry.Logger.LogInformation(new EventId(2), "b");
        _sentry.Logger.LogWarning(new EventId(3), "c");
        _sentry.Logger.LogError(new EventId(4), "d");
        _sentry.Logger.LogCritical(new EventId(5), "e");
        await _sentry.FlushAsync();

        Assert.Equal(["d", "e"], _server.Received.Select(received => received.Message));
        Assert.Equal(["error", "fatal"], _server.Received.Select(received => received.Event.GetProperty("level").GetString()));
    }

    [Fact]
    public async Task Trouble_with_Sentry_is_not_reported_to_Sentry()
    {
        _sentry.LoggerOf("PersistentCacheService.Sentry.SentryReporter").LogError("Sentry is down");
        await _sentry.FlushAsync();

        Assert.Empty(_server.Received);
        Assert.Equal(0, _sentry.CountAll());
    }

    [Fact]
    public async Task Chosen_values_of_the_entry_and_its_scopes_become_tags_and_nothing_else_is_sent()
    {
        using (_sentry.Logger.BeginScope(new Dictionary<string, object?> { ["MessageType"] = "outer", ["Body"] = "private-1" }))
        {
            _sentry.Logger.LogError(new EventId(1, "Scoped"), "In a scope for {CustomerId}", "private-2");
            _sentry.Logger.LogError(new EventId(2, "Own"), "Own {MessageType}", "inner");
        }

        await _sentry.FlushAsync();

        var tags = _server.Received.Select(received => received.Event.GetProperty("tags")).ToArray();
        Assert.Equal("""{"event":"Scoped","MessageType":"outer"}""", tags[0].GetRawText());
        Assert.Equal("""{"event":"Own","MessageType":"inner"}""", tags[1].GetRawText());
        Assert.All(_server.Received, received => Assert.DoesNotContain("private-1", received.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_template_groups_and_the_formatted_text_tells()
    {
        _sentry.Logger.LogError(new EventId(1, "Failed"), "Failed {Times} times", 3);
        await _sentry.FlushAsync();

        var received = Assert.Single(_server.Received).Event;
        Assert.Equal("Failed {Times} times", received.GetProperty("logentry").GetProperty("message").GetString());
        Assert.Equal("Failed 3 times", received.GetProperty("logentry").GetProperty("formatted").GetString());
        Assert.Equal("""["PersistentCacheService.Consuming.Consumer","Failed"]""", received.GetProperty("fingerprint").GetRawText());
    }

    [Fact]
    public async Task A_flood_of_one_trouble_is_one_event_a_minute_that_says_how_many()
    {
        for (var i = 0; i < 1000; i++)
        {
            _sentry.Logger.LogError(new EventId(7), Caught("the same place"), "Write failed");
        }

        await _sentry.FlushAsync();
        Assert.Single(_server.Received);
        Assert.Equal(999, _sentry.Count(EventOutcome.DroppedRepeated));

        _time.Advance(TimeSpan.FromMinutes(1));
        _sentry.Logger.LogError(new EventId(7), Caught("the same place"), "Write failed");
        await _sentry.FlushAsync();

        Assert.Equal(999, _server.Received[^1].Event.GetProperty("extra").GetProperty("suppressed_before").GetInt32());
    }

    [Fact]
    public async Task Different_places_of_one_log_statement_are_different_troubles()
    {
        _sentry.Logger.LogError(new EventId(7), Caught("here"), "Write failed");
        _sentry.Logger.LogError(new EventId(7), CaughtElsewhere(), "Write failed");
        await _sentry.FlushAsync();

        Assert.Equal(2, _server.Received.Count);
    }

    private static InvalidOperationException Caught(string message) =>
        Assert.Throws<InvalidOperationException>(() => ThrowHere(message));

    private static InvalidOperationException CaughtElsewhere() =>
        Assert.Throws<InvalidOperationException>(ThrowElsewhere);

    private static void ThrowHere(string message) => throw new InvalidOperationException(message);

    private static void ThrowElsewhere() => throw new InvalidOperationException("there");
}
