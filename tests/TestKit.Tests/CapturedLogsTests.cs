using Microsoft.Extensions.Logging;

namespace TestKit.Tests;

public sealed class CapturedLogsTests
{
    [Fact]
    public async Task An_entry_keeps_level_event_text_fields_and_exception()
    {
        using var logs = new CapturedLogs();
        var failure = new InvalidOperationException("why");

        logs.Logger<CapturedLogsTests>().LogWarning(new EventId(42), failure, "Message {MessageId} of {Count}", "abc", 3);

        var entry = await logs.WaitForAsync(static entry => entry.EventId.Id == 42, "event 42");
        Assert.Equal(LogLevel.Warning, entry.Level);
        Assert.Equal("Message abc of 3", entry.Message);
        Assert.Equal("abc", entry.Fields["MessageId"]);
        Assert.Equal(3, entry.Fields["Count"]);
        Assert.Same(failure, entry.Exception);
        Assert.Equal(typeof(CapturedLogsTests).FullName, entry.Category);
    }

    [Fact]
    public async Task Waiting_in_vain_tells_what_was_logged_instead()
    {
        using var logs = new CapturedLogs();
        logs.Logger<CapturedLogsTests>().LogError("something else");

        var exception = await Assert.ThrowsAsync<TimeoutException>(
            () => logs.WaitForAsync(static entry => entry.Level == LogLevel.Critical, "a critical entry", TimeSpan.FromMilliseconds(50)));

        Assert.Contains("something else", exception.Message, StringComparison.Ordinal);
    }
}
