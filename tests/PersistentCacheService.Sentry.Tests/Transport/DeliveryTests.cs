using PersistentCacheService.Sentry.Transport;
using TestKit;

namespace PersistentCacheService.Sentry.Tests.Transport;

public sealed class DeliveryTests
{
    [Fact]
    public async Task An_event_arrives_compressed_with_the_credentials_in_the_header()
    {
        await using var server = await IngestServer.StartAsync();
        await using var sentry = new ReporterFixture(ReporterFixture.OptionsFor($"http://public:legacy@{server.Authority}/some/path/42"));

        sentry.LogDistinctError();
        await sentry.FlushAsync();

        var received = Assert.Single(server.Received);
        Assert.Equal("POST", received.Method);
        Assert.Equal("/some/path/api/42/envelope/", received.Path);
        Assert.Equal("application/x-sentry-envelope", received.Headers["Content-Type"]);
        Assert.Equal("gzip", received.Headers["Content-Encoding"]);
        Assert.StartsWith("persistent-cache-service/", received.Headers["User-Agent"], StringComparison.Ordinal);
        Assert.Matches(
            "^Sentry sentry_version=7, sentry_client=persistent-cache-service/[0-9.]+, sentry_key=public, sentry_secret=legacy$",
            received.Headers["X-Sentry-Auth"]);
        Assert.Equal(received.Header.GetProperty("event_id").GetString(), received.Event.GetProperty("event_id").GetString());
        Assert.Equal(1, sentry.Count(EventOutcome.Sent));
    }

    [Theory]
    [InlineData(200, EventOutcome.Sent)]
    [InlineData(202, EventOutcome.Sent)]
    [InlineData(400, EventOutcome.Failed)]
    [InlineData(401, EventOutcome.Failed)]
    [InlineData(413, EventOutcome.Failed)]
    [InlineData(429, EventOutcome.DroppedRateLimited)]
    [InlineData(500, EventOutcome.Failed)]
    [InlineData(503, EventOutcome.Failed)]
    public async Task Every_answer_is_an_outcome_and_none_is_retried(int status, EventOutcome outcome)
    {
        await using var server = await IngestServer.StartAsync();
        await using var sentry = new ReporterFixture(ReporterFixture.OptionsFor(server.Dsn));
        server.Answer(status);

        sentry.LogDistinctError();
        await sentry.FlushAsync();

        Assert.Equal(1, sentry.Count(outcome));
        Assert.Equal(1, sentry.CountAll());
        Assert.Single(server.Received);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var server = await IngestServer.StartAsync();
        await using var sentry = new ReporterFixture(ReporterFixture.OptionsFor(server.Dsn));
        server.Answer(307, ("Location", "/elsewhere"));

        sentry.LogDistinctError();
        await sentry.FlushAsync();

        Assert.Single(server.Received);
        Assert.Equal(1, sentry.Count(EventOutcome.Failed));
    }

    [Theory]
    [InlineData(200, RateLimits.LimitsHeader, "30:error:key")]
    [InlineData(200, RateLimits.LimitsHeader, "30::organization")]
    [InlineData(429, RateLimits.LimitsHeader, "5:transaction:key, 30:default;error:organization:quota")]
    [InlineData(429, "Retry-After", "30")]
    [InlineData(429, "Retry-After", "29.5")]
    [InlineData(429, "Retry-After", "Thu, 01 Jan 2026 00:00:30 GMT")]
    public async Task While_Sentry_asks_for_a_pause_events_are_dropped_and_afterwards_they_flow(int status, string header, string value)
    {
        var time = new ManualTimeProvider();
        await using var server = await IngestServer.StartAsync();
        await using var sentry = new ReporterFixture(ReporterFixture.OptionsFor(server.Dsn), time);
        server.Answer(status, (header, value));

        sentry.LogDistinctError();
        await sentry.FlushAsync();
        server.Answer(200);
        sentry.LogDistinctError();
        sentry.LogDistinctError();
        await sentry.FlushAsync();

        Assert.Single(server.Received);
        Assert.Equal(status == 200 ? 2 : 3, sentry.Count(EventOutcome.DroppedRateLimited));

        time.Advance(TimeSpan.FromSeconds(30));
        sentry.LogDistinctError();
        await sentry.FlushAsync();

        Assert.Equal(2, server.Received.Count);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_tried_once_more()
    {
        await using var server = await IngestServer.StartAsync();
        await using var sentry = new ReporterFixture(ReporterFixture.OptionsFor(server.Dsn));
        server.Answer(context =>
        {
            if (server.Received.Count == 1)
            {
                context.Abort();
            }

            return Task.CompletedTask;
        });

        sentry.LogDistinctError();
        await sentry.FlushAsync();

        Assert.Equal(1, sentry.Count(EventOutcome.Sent));
        Assert.Equal(2, server.Received.Count);
        Assert.Equal(server.Received[0].Event.GetProperty("event_id").GetString(), server.Received[1].Event.GetProperty("event_id").GetString());
    }

    [Fact]
    public async Task Nobody_listening_is_a_failure_and_no_exception()
    {
        await using var sentry = new ReporterFixture(ReporterFixture.OptionsFor($"http://public@127.0.0.1:{FreePort.Next()}/42"));

        sentry.LogDistinctError();
        await sentry.FlushAsync();

        Assert.Equal(1, sentry.Count(EventOutcome.Failed));
    }

    [Fact]
    public async Task A_server_that_never_answers_costs_one_request_timeout_and_the_next_event_is_tried()
    {
        await using var server = await IngestServer.StartAsync();

        // Long enough for the answered request on a machine that does much else, short enough to wait for once.
        var options = ReporterFixture.OptionsFor(server.Dsn) with { RequestTimeout = TimeSpan.FromSeconds(2) };
        await using var sentry = new ReporterFixture(options);
        server.Hang();

        sentry.LogDistinctError();
        await sentry.FlushAsync();
        server.Answer(200);
        sentry.LogDistinctError();
        await sentry.FlushAsync();

        Assert.Equal(1, sentry.Count(EventOutcome.Failed));
        Assert.Equal(1, sentry.Count(EventOutcome.Sent));
    }
}
