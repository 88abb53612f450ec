using System.Text;
using Amazon.SQS.Model;
using PersistentCacheService.Queue;
using PersistentCacheService.Queue.Sqs;
using TestKit;

namespace PersistentCacheService.Tests.Queue;

public sealed class ReceivedMessageTests
{
    private static readonly TimeSpan HandleLife = TimeSpan.FromSeconds(28);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Body_is_UTF8_until_it_is_done()
    {
        var message = Receive(new Message { Body = "Zürich 🏔" });
        Assert.Equal("Zürich 🏔", Encoding.UTF8.GetString(message.Body.Span));
        message.BodyDone();
        Assert.True(message.Body.IsEmpty);
        message.Done();
    }

    [Fact]
    public void The_first_text_attribute_that_may_name_the_type_does()
    {
        var message = Receive(new Message
        {
            MessageAttributes = new Dictionary<string, MessageAttributeValue>
            {
                ["messageType"] = new() { DataType = "String", StringValue = "third" },
                ["eventType"] = new() { DataType = "String.Name", StringValue = "second" },
                ["type"] = new() { DataType = "Number", StringValue = "1" },
            },
        });
        Assert.Equal("second", message.Origin.DeclaredType);
    }

    [Fact]
    public void Attributes_that_the_queue_did_not_send_or_that_are_no_numbers_are_unknown()
    {
        var message = Receive(new Message { Attributes = new Dictionary<string, string> { ["ApproximateReceiveCount"] = "-1" } });
        Assert.Equal((0, 0L, null, null), (message.ReceiveCount, message.Origin.SentTimestamp, message.Lag, message.GroupId));
        Assert.Equal(("", "", 0), (message.MessageId, message.ReceiptHandle, message.Body.Length));
        Assert.Null(message.Origin.DeclaredType);
    }

    [Fact]
    public void What_the_unmarshaller_has_read_as_numbers_counts()
    {
        var message = Receive(new Utf8Message { SentTimestamp = 1000, ReceiveCount = 3 });
        Assert.Equal((3, 1000L), (message.ReceiveCount, message.Origin.SentTimestamp));
        Assert.Equal(TimeSpan.FromMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds() - 1000), message.Lag);
    }

    [Fact]
    public void A_sender_whose_clock_is_ahead_makes_no_negative_lag()
    {
        var ahead = (_time.GetUtcNow().ToUnixTimeMilliseconds() + 5000).ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(TimeSpan.Zero, Receive(new Message { Attributes = new Dictionary<string, string> { ["SentTimestamp"] = ahead } }).Lag);
    }

    [Theory]
    [InlineData("500", 500)]
    [InlineData("1001", 1000)]
    [InlineData("-5", 1000)]
    [InlineData("soon", 1000)]
    [InlineData("0", 1000)]
    public void A_message_that_was_replayed_keeps_the_time_of_its_first_sending_and_only_an_earlier_one_counts(string original, long expected)
    {
        var message = Receive(new Message
        {
            Attributes = new Dictionary<string, string> { ["SentTimestamp"] = "1000" },
            MessageAttributes = new Dictionary<string, MessageAttributeValue> { [OriginalTime.AttributeName] = new() { DataType = "Number", StringValue = original } },
        });
        Assert.Equal(expected, message.Origin.SentTimestamp);
        Assert.Equal(TimeSpan.FromMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds() - 1000), message.Lag);
    }

    [Theory]
    [InlineData(28, 25)]
    [InlineData(4, 3)]
    [InlineData(0, 0)]
    [InlineData(-5, 0)]
    public void Patience_keeps_three_seconds_or_a_quarter_of_the_life_for_the_return_call(int secondsLeft, int patience)
    {
        var message = Receive(new Message());
        _time.Advance(HandleLife - TimeSpan.FromSeconds(secondsLeft));
        Assert.Equal(TimeSpan.FromSeconds(secondsLeft), message.HandleLifeLeft);
        Assert.Equal(TimeSpan.FromSeconds(patience), message.Patience);
    }

    [Fact]
    public void Handles_of_a_batch_expire_together()
    {
        var batch = ReceivedMessage.Batch([new Message(), new Message()], HandleLife, _time, CancellationToken.None);
        batch[0].Done();
        Assert.False(batch[1].HandleExpires.IsCancellationRequested);
        _time.Advance(HandleLife);
        Assert.True(batch[1].HandleExpires.IsCancellationRequested);
        batch[1].Done();
        Assert.Equal(0, _time.WaitingTimers);
    }

    [Fact]
    public async Task The_end_of_a_stop_ends_the_handling_before_that()
    {
        using var abandon = new CancellationTokenSource();
        var message = ReceivedMessage.Batch([new Message()], HandleLife, _time, abandon.Token)[0];
        await abandon.CancelAsync();
        Assert.True(message.HandleExpires.IsCancellationRequested);
        message.Done();
    }

    private ReceivedMessage Receive(Message message) => ReceivedMessage.Batch([message], HandleLife, _time, CancellationToken.None)[0];
}
