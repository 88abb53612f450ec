using Amazon.SQS.Model;
using EntitlementCache.Messages;
using PersistentCacheService.Queue;
using TestKit;

namespace PersistentCacheService.Tests.Queue;

public sealed class MessageLogTests
{
    [Fact]
    public void Events_for_every_customer_are_one_warning_an_hour_that_counts_the_others()
    {
        var time = new ManualTimeProvider();
        using var logs = new CapturedLogs();
        var log = new MessageLog(time, logs.Logger<MessageLog>());
        var messages = ReceivedMessage.Batch([new Message { MessageId = "m-1" }, new Message { MessageId = "m-2" }], TimeSpan.FromHours(12), time, CancellationToken.None);

        log.SweepNotDone(messages[0], MessageType.CacheSweep);
        for (var i = 0; i < 500; i++)
        {
            log.SweepNotDone(messages[1], MessageType.CacheSweep);
        }

        time.Advance(TimeSpan.FromMinutes(59));
        log.SweepNotDone(messages[1], MessageType.CacheSweep);
        Assert.Contains("(message m-1)", Assert.Single(logs.WithEvent(1209)).Message, StringComparison.Ordinal);

        time.Advance(TimeSpan.FromMinutes(2));
        log.SweepNotDone(messages[1], MessageType.CacheSweep);
        Assert.EndsWith("CACHE_SWEEP=1 refreshes them [501 similar suppressed]", logs.WithEvent(1209)[1].Message, StringComparison.Ordinal);
        Array.ForEach(messages, static message => message.Done());
    }
}
