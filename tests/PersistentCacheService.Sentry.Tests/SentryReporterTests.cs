using Microsoft.Extensions.Logging;
using TestKit;

namespace PersistentCacheService.Sentry.Tests;

public sealed class SentryReporterTests
{
    [Fact]
    public async Task Errors_before_the_DSN_is_known_are_delivered_once_it_is()
    {
        await using var server = await IngestServer.StartAsync();
        await using var sentry = new ReporterFixture(ReporterFixture.OptionsFor(dsn: null));

        sentry.LogDistinctError();
        var result = sentry.Reporter.Configure(server.Dsn);
        await sentry.FlushAsync();

        Assert.Equal(DsnResult.Enabled, result);
        Assert.Equal("error 1", Assert.Single(server.Received).Message);
    }

    [Fact]
    public async Task The_first_decision_about_the_DSN_stands()
    {
        await using var server = await IngestServer.StartAsync();
        await using var other = await IngestServer.StartAsync();
        await using var sentry = new ReporterFixture(ReporterFixture.OptionsFor(server.Dsn));

        Assert.Equal(DsnResult.AlreadyDecided, sentry.Reporter.Configure(other.Dsn));
        sentry.LogDistinctError();
        await sentry.FlushAsync();

        Assert.Single(server.Received);
        Assert.Empty(other.Received);
    }

    [Theory]
    [InlineData(null, DsnResult.Absent)]
    [InlineData("", DsnResult.Absent)]
    [InlineData("  ", DsnResult.Absent)]
    [InlineData("nonsense", DsnResult.Malformed)]
    public async Task Without_a_usable_DSN_reporting_is_off_and_nothing_is_counted(string? dsn, DsnResult expected)
    {
        await using var sentry = new ReporterFixture(ReporterFixture.OptionsFor(dsn: null));

        sentry.LogDistinctError();
        var result = sentry.Reporter.Configure(dsn);
        sentry.LogDistinctError();
        await sentry.FlushAsync();

        Assert.Equal(expected, result);
        Assert.False(sentry.Reporter.IsOn);
        Assert.Equal(0, sentry.CountAll());
    }

    [Fact]
    public async Task Disabled_is_disabled_whatever_DSN_comes()
    {
        await using var server = await IngestServer.StartAsync();
        await using var sentry = new ReporterFixture(ReporterFixture.OptionsFor(server.Dsn) with { Disabled = true });

        sentry.LogDistinctError();

        Assert.False(sentry.Reporter.IsOn);
        Assert.Equal(DsnResult.AlreadyDecided, sentry.Reporter.Configure(server.Dsn));
        await sentry.FlushAsync();
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task A_malformed_DSN_is_one_warning_without_the_DSN_also_when_it_came_before_the_log()
    {
        var log = new CapturedLogs();
        await using var sentry = new ReporterFixture(ReporterFixture.OptionsFor("https://topsecret@/"));

        sentry.Reporter.LogTo(log.CreateLogger("any"));

        var warning = Assert.Single(log.Entries);
        Assert.Equal(LogLevel.Warning, warning.Level);
        Assert.DoesNotContain("topsecret", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_Sentry_is_one_warning_and_its_recovery_one_line()
    {
        var log = new CapturedLogs();
        await using var server = await IngestServer.StartAsync();
        await using var sentry = new ReporterFixture(ReporterFixture.OptionsFor(server.Dsn));
        sentry.Reporter.LogTo(log.CreateLogger("any"));
        server.Answer(401);

        sentry.LogDistinctError();
        sentry.LogDistinctError();
        await sentry.FlushAsync();
        server.Answer(200);
        sentry.LogDistinctError();
        sentry.LogDistinctError();
        await sentry.FlushAsync();

        Assert.Equal([501, 503, 504], log.Entries.Select(entry => entry.EventId.Id));
        Assert.Contains("401", log.Entries[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_queue_drops_and_counts_and_capturing_never_waits_for_Sentry()
    {
        await using var server = await IngestServer.StartAsync();
        var options = ReporterFixture.OptionsFor(server.Dsn) with { QueueCapacity = 3, FlushTimeout = TimeSpan.FromMilliseconds(50) };
        await using var sentry = new ReporterFixture(options);
        server.Hang();
        sentry.LogDistinctError();
        await Eventually.HoldsAsync(() => server.Received.Count == 1, "the first event is on its way");

        for (var i = 0; i < 10; i++)
        {
            sentry.LogDistinctError();
        }

        Assert.Equal(7, sentry.Count(EventOutcome.DroppedQueueFull));
    }

    [Fact]
    public async Task The_end_of_the_process_does_not_wait_for_a_hung_Sentry_and_counts_what_was_lost()
    {
        await using var server = await IngestServer.StartAsync();
        var sentry = new ReporterFixture(ReporterFixture.OptionsFor(server.Dsn) with { FlushTimeout = TimeSpan.FromMilliseconds(100) });
        server.Hang();
        sentry.LogDistinctError();
        sentry.LogDistinctError();

        // Well below the request timeout of 10 s, which is what it would take without the flush's own budget.
        await sentry.Reporter.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(8), TimeProvider.System);

        Assert.Equal(2, sentry.Count(EventOutcome.Failed));
        await sentry.DisposeAsync();
    }

    [Fact]
    public async Task The_end_of_the_process_delivers_what_is_waiting()
    {
        await using var server = await IngestServer.StartAsync();
        var sentry = new ReporterFixture(ReporterFixture.OptionsFor(server.Dsn) with { FlushTimeout = TimeSpan.FromSeconds(30) });

        for (var i = 0; i < 20; i++)
        {
            sentry.LogDistinctError();
        }

        await sentry.DisposeAsync();

        Assert.Equal(20, server.Received.Count);
    }

    [Fact]
    public async Task After_the_end_logging_goes_on_without_an_exception()
    {
        await using var server = await IngestServer.StartAsync();
        await using var sentry = new ReporterFixture(ReporterFixture.OptionsFor(server.Dsn));
        await sentry.Reporter.DisposeAsync();

        sentry.LogDistinctError();

        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task A_flush_reports_when_its_budget_was_not_enough()
    {
        await using var server = await IngestServer.StartAsync();
        await using var sentry = new ReporterFixture(ReporterFixture.OptionsFor(server.Dsn) with { FlushTimeout = TimeSpan.FromMilliseconds(50) });
        server.Hang();

        sentry.LogDistinctError();

        Assert.False(await sentry.Reporter.FlushAsync(TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public void Options_show_neither_DSN_nor_secrets() =>
        Assert.DoesNotContain(
            "hush",
            (ReporterFixture.OptionsFor("https://hush@h/1") with { Secrets = ["hush"] }).ToString(),
            StringComparison.Ordinal);
}
