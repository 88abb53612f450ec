using EntitlementCache.Observability.Errors;
using Microsoft.Extensions.Logging;
using TestKit;
using TestKit.Sentry;

namespace PersistentCacheService.Tests.Observability.Errors;

/// <summary>The real SDK in front of a server in Sentry's place.</summary>
public sealed class ErrorReportsTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly CapturedLogs _log = new();
    private readonly EventFilter _filter;
    private readonly ErrorReports _reports;
    private readonly ILogger _logger;
    private IngestServer _server = null!;

    public ErrorReportsTests()
    {
        _filter = new EventFilter(new Scrubber(["server-key-1234"]), _time);
        _reports = new ErrorReports(_filter, "1.2.3", "test", isDisabled: false);
        _logger = _reports.CreateLogger("PersistentCacheService.Queue.Receiver");
    }

    public async Task InitializeAsync() => _server = await IngestServer.StartAsync();

    public async Task DisposeAsync()
    {
        _reports.Dispose();
        _log.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Errors_before_the_DSN_is_known_are_delivered_once_it_is_and_those_after_it_too()
    {
        LogDistinctError(1);
        Start(_server.Dsn);
        LogDistinctError(2);
        await CountReachesAsync(EventOutcome.Sent, 2);

        Assert.Equal(["error 1", "error 2"], _server.Received.Select(static envelope => envelope.Message));
        Assert.Contains(_log.Entries, static entry => entry.EventId.Id == 501 && !entry.Message.Contains("public", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_flood_before_the_DSN_is_known_the_first_fifty_wait()
    {
        for (var number = 0; number < 60; number++)
        {
            LogDistinctError(number);
        }

        Start(_server.Dsn);
        await CountReachesAsync(EventOutcome.Sent, 50);
        Assert.Equal(10, _filter.CountOf(EventOutcome.DroppedQueueFull));
    }

    [Fact]
    public async Task The_first_decision_about_the_DSN_stands()
    {
        await using var other = await IngestServer.StartAsync();
        Start(_server.Dsn);
        Start(other.Dsn);
        _reports.TurnOff();
        LogDistinctError(1);
        await CountReachesAsync(EventOutcome.Sent, 1);

        Assert.Single(_server.Received);
        Assert.Empty(other.Received);
    }

    [Fact]
    public void Turned_off_nothing_is_reported_and_nothing_counted()
    {
        LogDistinctError(1);
        _reports.TurnOff();
        Start(_server.Dsn);
        LogDistinctError(2);

        Assert.False(_logger.IsEnabled(LogLevel.Critical));
        Assert.Empty(_server.Received);
        Assert.All(Enum.GetValues<EventOutcome>(), outcome => Assert.Equal(0, _filter.CountOf(outcome)));
    }

    [Fact]
    public void Disabled_is_disabled_whatever_DSN_comes()
    {
        using var disabled = new ErrorReports(_filter, "1.2.3", "test", isDisabled: true);
        disabled.Start(_server.Dsn, _log.CreateLogger("any"));

        Assert.False(disabled.CreateLogger("any").IsEnabled(LogLevel.Critical));
        Assert.Empty(_log.Entries);
    }

    [Theory]
    [InlineData("not-a-url-topsecret")]
    [InlineData("https://sentry.example/topsecret")]
    [InlineData("https://topsecret@sentry.example")]
    [InlineData("https://topsecret@/42")]
    public void A_malformed_DSN_is_one_warning_that_does_not_repeat_it(string dsn)
    {
        Start(dsn);
        LogDistinctError(1);

        var warning = Assert.Single(_log.Entries);
        Assert.Equal(502, warning.EventId.Id);
        Assert.DoesNotContain("topsecret", warning.Message, StringComparison.Ordinal);
        Assert.False(_logger.IsEnabled(LogLevel.Critical));
    }

    [Fact]
    public async Task An_event_says_what_failed_and_nothing_secret_or_personal()
    {
        Start(_server.Dsn);
        _logger.LogError(new EventId(1206, "WriteRefused"), Thrown("key server-key-1234 refused"), "Message {MessageId} ({Type}) of {CustomerId}: password=hush", "message-17", "UsageUpdated", "customer-9");
        await CountReachesAsync(EventOutcome.Sent, 1);

        var sent = _server.Received[0];
        Assert.Equal("/api/42/envelope/", sent.Path);
        Assert.Contains("sentry_key=public", sent.Headers["X-Sentry-Auth"], StringComparison.Ordinal);
        var report = sent.Event;
        Assert.Equal(("1.2.3", "test"), (report.GetProperty("release").GetString(), report.GetProperty("environment").GetString()));
        Assert.Equal(Environment.MachineName, report.GetProperty("server_name").GetString());
        Assert.Equal("error", report.GetProperty("level").GetString());
        Assert.Equal("PersistentCacheService.Queue.Receiver", report.GetProperty("logger").GetString());
        Assert.Equal(["Type", "event"], report.GetProperty("tags").EnumerateObject().Select(static tag => tag.Name));
        Assert.Equal("WriteRefused", report.GetProperty("tags").GetProperty("event").GetString());
        Assert.Empty(report.GetProperty("contexts").EnumerateObject().Select(static context => context.Name).Except(["runtime", "os", "trace"]));
        Assert.False(report.TryGetProperty("breadcrumbs", out _) || report.TryGetProperty("modules", out _));
        var exception = report.GetProperty("exception").GetProperty("values")[0];
        Assert.Equal("key [redacted] refused", exception.GetProperty("value").GetString());
        Assert.NotEmpty(exception.GetProperty("stacktrace").GetProperty("frames").EnumerateArray());
        Assert.All(exception.GetProperty("stacktrace").GetProperty("frames").EnumerateArray(), static frame =>
            Assert.True(!frame.TryGetProperty("filename", out var file) || !file.GetString()!.Contains('/', StringComparison.Ordinal)));
        Assert.DoesNotContain("hush", sent.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("server-key", sent.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Environment.UserName + "\"", sent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_of_one_kind_becomes_five_events_a_minute_and_the_next_one_says_how_many_were_suppressed()
    {
        Start(_server.Dsn);
        for (var number = 0; number < 20; number++)
        {
            _logger.LogError(new EventId(1204, "ProcessingFailed"), Thrown($"failure {number}"), "Message {MessageId} failed", number);
        }

        Assert.Equal(15, _filter.CountOf(EventOutcome.DroppedRepeated));
        LogDistinctError(1);
        _time.Advance(TimeSpan.FromMinutes(1));
        _logger.LogError(new EventId(1204, "ProcessingFailed"), Thrown("failure 20"), "Message {MessageId} failed", 20);
        await CountReachesAsync(EventOutcome.Sent, 7);

        Assert.Equal(15, _server.Received[^1].Event.GetProperty("extra").GetProperty("suppressed_before").GetInt32());
    }

    [Fact]
    public async Task Errors_without_an_exception_are_grouped_by_their_log_statement()
    {
        Start(_server.Dsn);
        LogDistinctError(7);
        await CountReachesAsync(EventOutcome.Sent, 1);

        Assert.Equal(["PersistentCacheService.Queue.Receiver", "Error7"], _server.Received[0].Event.GetProperty("fingerprint").EnumerateArray().Select(static part => part.GetString()));
    }

    [Theory]
    [InlineData(200, nameof(EventOutcome.Sent))]
    [InlineData(400, nameof(EventOutcome.Failed))]
    [InlineData(413, nameof(EventOutcome.Failed))]
    [InlineData(307, nameof(EventOutcome.Failed))]
    [InlineData(429, nameof(EventOutcome.DroppedRateLimited))]
    [InlineData(503, nameof(EventOutcome.Failed))]
    public async Task Every_answer_is_an_outcome_and_none_is_tried_again(int status, string outcome)
    {
        _server.Answer(status, ("Location", "/elsewhere"));
        Start(_server.Dsn);
        LogDistinctError(1);
        await CountReachesAsync(Enum.Parse<EventOutcome>(outcome), 1);

        Assert.Single(_server.Received);
    }

    [Theory]
    [InlineData(200, "X-Sentry-Rate-Limits", "30:error:key")]
    [InlineData(200, "X-Sentry-Rate-Limits", "30::organization")]
    [InlineData(429, "X-Sentry-Rate-Limits", "30:default;error:organization:quota")]
    [InlineData(429, "Retry-After", "30")]
    public async Task While_Sentry_asks_for_a_pause_events_are_dropped(int status, string header, string value)
    {
        _server.Answer(status, (header, value));
        Start(_server.Dsn);
        LogDistinctError(1);
        await CountReachesAsync(status == 200 ? EventOutcome.Sent : EventOutcome.DroppedRateLimited, 1);
        _server.Answer(200);
        LogDistinctError(2);
        LogDistinctError(3);
        await CountReachesAsync(EventOutcome.DroppedRateLimited, status == 200 ? 2 : 3);

        Assert.Single(_server.Received);
    }

    [Fact]
    public async Task A_pause_for_other_things_than_errors_is_none()
    {
        _server.Answer(429, ("X-Sentry-Rate-Limits", "60:transaction:key"), ("Retry-After", "60"));
        Start(_server.Dsn);
        LogDistinctError(1);
        await CountReachesAsync(EventOutcome.DroppedRateLimited, 1);
        _server.Answer(200);
        LogDistinctError(2);
        await CountReachesAsync(EventOutcome.Sent, 1);
    }

    [Fact]
    public async Task Trouble_with_Sentry_is_two_lines_and_no_exception()
    {
        _server.Answer(500);
        Start(_server.Dsn);
        LogDistinctError(1);
        LogDistinctError(2);
        await CountReachesAsync(EventOutcome.Failed, 2);
        _server.Answer(200);
        LogDistinctError(3);
        await CountReachesAsync(EventOutcome.Sent, 1);
        await Eventually.HoldsAsync(() => _log.Entries.Any(static entry => entry.EventId.Id == 504), "the end of the trouble is logged");

        Assert.Equal([501, 503, 504], _log.Entries.Select(static entry => entry.EventId.Id));
    }

    [Fact]
    public async Task A_server_that_never_answers_holds_up_neither_the_caller_nor_the_end_and_events_beyond_the_queue_are_dropped()
    {
        _server.Hang();
        Start(_server.Dsn);
        for (var number = 0; number < 60; number++)
        {
            LogDistinctError(number);
        }

        await CountReachesAsync(EventOutcome.DroppedQueueFull, 10);
        _reports.Dispose();
    }

    [Fact]
    public async Task Nobody_listening_is_a_failure_and_no_exception()
    {
        Start($"http://public@127.0.0.1:{FreePort.Next()}/42");
        LogDistinctError(1);
        await CountReachesAsync(EventOutcome.Failed, 1);
    }

    private static InvalidOperationException Thrown(string message)
    {
        try
        {
            throw new InvalidOperationException(message);
        }
        catch (InvalidOperationException exception)
        {
            return exception;
        }
    }

    private void Start(string dsn) => _reports.Start(dsn, _log.CreateLogger("any"));

    private void LogDistinctError(int number) =>
        _logger.Log(LogLevel.Error, new EventId(2000 + number, $"Error{number}"), $"error {number}", null, static (text, _) => text);

    private Task CountReachesAsync(EventOutcome outcome, long count) =>
        Eventually.HoldsAsync(() => _filter.CountOf(outcome) == count, $"{count} events are {outcome}");
}
