using System.Buffers;
using System.Text;
using System.Text.Json;
using Amazon.SQS.Model;
using PersistentCacheService.Sqs.Operations;
using PersistentCacheService.Sqs.Transport;

namespace PersistentCacheService.Sqs.Tests.Operations;

public sealed class ReceiveMessageOperationTests
{
    private const string TwoMessages = """
        {"Messages":[
          {"Attributes":{"SentTimestamp":"1777629600000","ApproximateReceiveCount":"3","SenderId":"AIDA\"x"},"Body":"{\"a\":\"\\\"\"}",
           "MD5OfBody":"00","MessageAttributes":{"type":{"DataType":"String","StringValue":"usageUpdated"}},"MessageId":"m1","ReceiptHandle":"h\u002B1"},
          {"ReceiptHandle":"h2","MessageId":"m2","Future":{"x":[1,{"y":null}]},"Body":"plain","Attributes":{"MessageGroupId":"g-1"}}
        ]}
        """;

    [Fact]
    public void Members_are_read_in_any_order_and_unknown_ones_skipped()
    {
        using var response = Read(TwoMessages);
        Assert.Equal(2, response.Messages!.Count);
        var first = response.Messages[0];
        Assert.Equal("m1", first.MessageId);
        Assert.Equal("h+1", first.ReceiptHandle);
        Assert.Equal("""{"a":"\""}""", Encoding.UTF8.GetString(first.BodyUtf8.Span));
        Assert.Equal("""{"a":"\""}""", first.Body);
        Assert.Equal(1777629600000, first.SentTimestampMilliseconds);
        Assert.Equal(3, first.ApproximateReceiveCount);
        Assert.Null(first.MessageGroupId);
        Assert.Equal("usageUpdated", first.MessageAttributes!["type"].StringValue);
        Assert.Equal("AIDA\"x", first.Attributes!["SenderId"]);
        var second = response.Messages[1];
        Assert.Equal("plain", second.Body);
        Assert.Equal("g-1", second.MessageGroupId);
        Assert.Null(second.SentTimestampMilliseconds);
        Assert.Null(second.MessageAttributes);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"Messages":null}""")]
    [InlineData("""{"Messages":[]}""")]
    [InlineData("""{"ResponseMetadata":{"a":1}}""")]
    public void No_messages_are_null(string json)
    {
        using var response = Read(json);
        Assert.Null(response.Messages);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"Messages":{}}""")]
    [InlineData("""{"Messages":[1]}""")]
    [InlineData("""{"Messages":[{"Body":"no handle"}]}""")]
    [InlineData("""{"Messages":[{"Body":7,"ReceiptHandle":"h"}]}""")]
    [InlineData("{}x")]
    [InlineData("{}{}")]
    [InlineData("<html></html>")]
    public void Anything_else_is_an_error(string json) => Assert.ThrowsAny<JsonException>(() => Read(json));

    [Fact]
    public void Reply_cut_at_any_position_is_an_error()
    {
        var whole = TwoMessages.TrimEnd();
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.ThrowsAny<JsonException>(() => Read(whole[..length]));
        }
    }

    [Fact]
    public void Text_read_before_the_response_is_disposed_stays_and_other_text_throws()
    {
        var response = Read(TwoMessages);
        var (first, second) = (response.Messages![0], response.Messages[1]);
        _ = first.Body;
        _ = first.Attributes;
        response.Dispose();
        response.Dispose();
        Assert.Equal("""{"a":"\""}""", first.Body);
        Assert.Equal("3", first.Attributes!["ApproximateReceiveCount"]);
        Assert.Equal("h2", second.ReceiptHandle);
        Assert.Throws<ObjectDisposedException>(() => first.BodyUtf8);
        Assert.Throws<ObjectDisposedException>(() => second.Body);
        Assert.Throws<ObjectDisposedException>(() => second.Attributes);
    }

    [Fact]
    public void Message_made_by_hand_has_the_same_views()
    {
        var message = new Message { Body = "é", Attributes = new() { ["SentTimestamp"] = "5", ["ApproximateReceiveCount"] = "2", ["MessageGroupId"] = "g" } };
        Assert.Equal("é"u8, message.BodyUtf8.Span);
        Assert.Equal(5, message.SentTimestampMilliseconds);
        Assert.Equal(2, message.ApproximateReceiveCount);
        Assert.Equal("g", message.MessageGroupId);
    }

    [Fact]
    public void Ten_large_messages_cost_less_than_a_kilobyte_each()
    {
        var body = JsonSerializer.Serialize(new { Pad = new string('x', 7000), Quote = "\"" });
        var json = JsonSerializer.Serialize(new
        {
            Messages = Enumerable.Range(0, 10).Select(i => new
            {
                MessageId = Guid.Empty,
                ReceiptHandle = new string('h', 180),
                Body = body,
                Attributes = new { SentTimestamp = "1777629600000", ApproximateReceiveCount = "1" },
            }),
        });
        Read(json).Dispose();
        var content = Content(json);
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var response = ReceiveMessageOperation.Instance.ReadResponse(content);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(10, response.Messages!.Count);
        Assert.InRange(allocated, 1, 10 * 1024); // id 94 B, handle 382 B, the message itself some 130 B: 6 kB; the bodies would be 140 kB
    }

    [Fact]
    public void Request_names_only_what_is_set()
    {
        Assert.Equal("""{"QueueUrl":"u"}""", Write(new ReceiveMessageRequest { QueueUrl = "u" }));
        Assert.Equal(
            """{"QueueUrl":"u","MaxNumberOfMessages":10,"WaitTimeSeconds":0,"VisibilityTimeout":30,"MessageSystemAttributeNames":["SentTimestamp"],"MessageAttributeNames":["type","a.*"],"ReceiveRequestAttemptId":"r"}""",
            Write(new ReceiveMessageRequest
            {
                QueueUrl = "u",
                MaxNumberOfMessages = 10,
                WaitTimeSeconds = 0,
                VisibilityTimeout = 30,
                MessageSystemAttributeNames = ["SentTimestamp"],
                MessageAttributeNames = ["type", "a.*"],
                ReceiveRequestAttemptId = "r",
            }));
    }

    private static ReceiveMessageResponse Read(string json) => ReceiveMessageOperation.Instance.ReadResponse(Content(json));

    private static PooledBytes Content(string json)
    {
        var content = new PooledBytes(16);
        content.Write(Encoding.UTF8.GetBytes(json));
        return content;
    }

    private static string Write(ReceiveMessageRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            ReceiveMessageOperation.Instance.WriteMembers(writer, request);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
