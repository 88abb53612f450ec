using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EntitlementCache.Observability;
using EntitlementCache.Observability.Errors;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Settings;
using PersistentCacheService.StatusPage;
using PersistentCacheService.StatusPage.Sections;
using TestKit;

namespace PersistentCacheService.Tests.StatusPage;

/// <summary>The parts of the document that need no connection.</summary>
public sealed class SectionTests
{
    private static readonly Scrubber Scrubber = new(["hunter2-redis"]);

    [Fact]
    public void The_history_is_columns_and_what_was_not_measured_is_null()
    {
        var history = new StatusHistory();
        history.Add(new HistoryPoint { Processed = 1.23456, InFlight = 7, Lags = [0.5] }, DateTimeOffset.UnixEpoch.AddSeconds(10));
        history.Add(new HistoryPoint { Processed = 100, Failed = 0.004, WriteMilliseconds = 2.5, EdgeAnswered = 1, EdgeFailed = 2, RedisErrors = 3, QueueErrors = 4, Lags = [61.25] }, DateTimeOffset.UnixEpoch.AddSeconds(20));

        var written = Write(new HistorySection(history, ["updates"]).Write)["history"]!;

        Assert.Equal(
            """{"intervalSeconds":10,"capacity":360,"end":20000,"processed":[1.23,100],"failed":[0,0],"inFlight":[7,0],"writeMilliseconds":[null,2.5],"edgeAnswered":[0,1],"edgeFailed":[0,2],"redisErrors":[0,3],"queueErrors":[0,4],"lags":[{"queue":"updates","seconds":[0.5,61.25]}]}""",
            written.ToJsonString());
    }

    [Fact]
    public void Lines_are_the_latest_warnings_and_errors_scrubbed()
    {
        using var log = new JsonLog(LoggingSettings.Default, Stream.Null);
        var logger = log.CreateProvider().CreateLogger("Some.Where.Thing");
        logger.LogInformation(new EventId(1), "not shown");
        logger.LogWarning(new EventId(2), "a url of {Url}", "redis://user:hunter2-redis@host");
        logger.LogError(new EventId(3), new InvalidOperationException("password=abcdef"), "it failed");

        var written = Write(new LogSection(log, Scrubber).Write);

        Assert.Equal(2, (int)written["linesSinceStart"]!);
        Assert.Equal(["it failed: InvalidOperationException: password=[redacted]", "a url of redis://[redacted]@host"], written["lines"]!.AsArray().Select(static line => (string?)line!["text"]));
        Assert.Equal((3, "error", "Thing"), ((int)written["lines"]![0]!["event"]!, (string)written["lines"]![0]!["level"]!, (string)written["lines"]![0]!["name"]!));
    }

    [Fact]
    public void A_line_is_cut_after_it_was_scrubbed()
    {
        using var log = new JsonLog(LoggingSettings.Default, Stream.Null);
        log.CreateProvider().CreateLogger("Thing").LogWarning("{Text}", new string('x', 995) + "hunter2-redis" + new string('y', 2000));

        var text = (string?)Write(new LogSection(log, Scrubber).Write)["lines"]![0]!["text"];

        Assert.Equal(new string('x', 995) + "[reda...", text);
    }

    [Fact]
    public void No_half_of_a_secret_is_shown_when_scrubbing_shortens_what_stands_before_it()
    {
        var secret = string.Concat(Enumerable.Range(0, 47).Select(static i => (char)('A' + (i % 26))));
        using var log = new JsonLog(LoggingSettings.Default, Stream.Null);
        log.CreateProvider().CreateLogger("Thing").LogWarning("{Text}", string.Concat(Enumerable.Repeat(secret, 50)));

        var text = (string?)Write(new LogSection(log, new Scrubber([secret])).Write)["lines"]![0]!["text"];

        Assert.StartsWith("[redacted][redacted]", text, StringComparison.Ordinal);
        Assert.EndsWith("...", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ABC", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_DSN_that_the_Edge_API_gave_is_set_by_it()
    {
        var listed = new[] { new SettingInForce("SENTRY_DSN", "from the Edge API's configuration", SettingInForce.ByDefault), new SettingInForce("LOG_LEVEL", "hunter2-redis", SettingInForce.FromEnvironment) };
        using var reports = new ErrorReports(new EventFilter(Scrubber, new ManualTimeProvider()), "1", "production", isDisabled: false);
        var section = new SettingsSection(listed, reports, Scrubber);
        string Row(int i) => Write(section.Write)["settings"]![i]!.ToJsonString();

        Assert.Equal("""{"name":"SENTRY_DSN","value":"from the Edge API\u0027s configuration","source":"default"}""", Row(0));
        Assert.Equal("""{"name":"LOG_LEVEL","value":"[redacted]","source":"environment"}""", Row(1));
        using (var logs = new CapturedLogs())
        {
            reports.Start("http://key@127.0.0.1:9/1", logs.Logger<SectionTests>());
        }

        Assert.Equal("""{"name":"SENTRY_DSN","value":"set","source":"Edge API"}""", Row(0));
    }

    private static JsonNode Write(Action<Utf8JsonWriter> write)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return JsonNode.Parse(Encoding.UTF8.GetString(body.ToArray()))!;
    }
}
