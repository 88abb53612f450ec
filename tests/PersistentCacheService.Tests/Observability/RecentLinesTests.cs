using EntitlementCache.Observability;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging;
using Serilog.Events;

namespace PersistentCacheService.Tests.Observability;

public sealed class RecentLinesTests
{
    [Fact]
    public void The_last_twenty_warnings_and_errors_are_kept_the_latest_first()
    {
        using var log = new JsonLog(LoggingSettings.Default with { Level = LogLevel.Debug }, Stream.Null);
        var logger = log.CreateProvider().CreateLogger("Some.Thing");
        for (var i = 1; i <= 50; i++)
        {
            logger.LogDebug("debug {Number}", i);
            logger.LogWarning(new EventId(1000 + i), "warning {Number}", i);
        }

        var lines = log.Recent.Latest;
        Assert.Equal((50, RecentLines.Capacity), (log.Recent.Count, lines.Count));
        Assert.Equal(Enumerable.Range(31, 20).Reverse().Select(static i => $"warning {i}"), lines.Select(static line => line.Text));
        Assert.Equal((LogEventLevel.Warning, 1050, "Thing"), (lines[0].Level, lines[0].EventId, lines[0].Name));
    }

    [Fact]
    public void An_exception_is_its_type_and_message_and_long_texts_are_cut()
    {
        using var log = new JsonLog(LoggingSettings.Default, Stream.Null);
        var logger = log.CreateProvider().CreateLogger("Thing");
        logger.LogCritical(new IOException("disk"), "failed");
        logger.LogError("{Text}", new string('x', 5000));

        Assert.Equal("failed: IOException: disk", log.Recent.Latest[1].Text);
        Assert.Equal((2000, LogEventLevel.Fatal), (log.Recent.Latest[0].Text.Length, log.Recent.Latest[1].Level));
    }

    [Fact]
    public void Output_that_is_not_read_does_not_keep_a_line_from_the_page()
    {
        using var stuck = new StuckStream();
        using var log = new JsonLog(LoggingSettings.Default, stuck);
        log.CreateProvider().CreateLogger("Thing").LogWarning("still seen");

        Assert.Equal("still seen", Assert.Single(log.Recent.Latest).Text);
        stuck.Release();
    }

    private sealed class StuckStream : MemoryStream
    {
        private readonly ManualResetEventSlim _released = new();

        public void Release() => _released.Set();

        public override void Write(byte[] buffer, int offset, int count)
        {
            _released.Wait();
            base.Write(buffer, offset, count);
        }

        protected override void Dispose(bool disposing)
        {
            _released.Set();
            _released.Dispose();
            base.Dispose(disposing);
        }
    }
}
