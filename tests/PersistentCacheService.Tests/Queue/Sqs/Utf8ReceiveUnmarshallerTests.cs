using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Amazon.Runtime.Internal.Transform;
using Amazon.SQS.Model;
using PersistentCacheService.Queue.Sqs;

namespace PersistentCacheService.Tests.Queue.Sqs;

public sealed class Utf8ReceiveUnmarshallerTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"Messages":null}""")]
    [InlineData("""{"Messages":[]}""")]
    [InlineData("""{"Later":{"Messages":[1,{"Body":"x"}]},"More":[[]]}""")]
    public void An_answer_without_messages_is_empty(string answer) => Assert.Empty(Read(answer));

    [Fact]
    public void All_that_the_worker_asks_for_is_read()
    {
        var message = Assert.Single(Read("""
            {"Messages":[{"MD5OfBody":"00","Later":{"Body":["no"]},"MessageId":"m-1","ReceiptHandle":"r\/1","Body":"{\"a\":\"Z\u00fcrich \ud83c\udfd4 \\n\"}",
            "Attributes":{"SentTimestamp":"1700000000000","ApproximateReceiveCount":"3","MessageGroupId":"g"},
            "MessageAttributes":{"type":{"BinaryListValues":[],"StringValue":"usage.updated","DataType":"String"},"other":{"DataType":"Binary","BinaryValue":"AA=="}}}]}
            """));

        Assert.Null(message.Body);
        Assert.Equal("{\"a\":\"Zürich 🏔 \\n\"}", BodyOf(message));
        Assert.Equal(("m-1", "r/1"), (message.MessageId, message.ReceiptHandle));
        Assert.Equal((1_700_000_000_000, 3), (message.SentTimestamp, message.ReceiveCount));
        Assert.Equal(new Dictionary<string, string> { ["MessageGroupId"] = "g" }, message.Attributes);
        Assert.Equal(("String", "usage.updated"), (message.MessageAttributes["type"].DataType, message.MessageAttributes["type"].StringValue));
        Assert.Equal(("Binary", null), (message.MessageAttributes["other"].DataType, message.MessageAttributes["other"].StringValue));
    }

    [Theory]
    [InlineData("""{"Messages":[{"MessageId":"m","Body":null,"Attributes":null,"MessageAttributes":null}]}""")]
    [InlineData("""{"Messages":[{"MessageId":"m"}]}""")]
    [InlineData("""{"Messages":[{"MessageId":"m","Body":""}]}""")]
    public void A_message_without_a_body_is_still_a_message(string answer)
    {
        var message = Assert.Single(Read(answer));

        Assert.Equal("m", message.MessageId);
        Assert.Equal("", BodyOf(message));
    }

    [Theory]
    [InlineData("\"half \\ud800 pair\"", new byte[] { 0xFF })]
    [InlineData("1", new byte[0])]
    [InlineData("""{"Body":["x"]}""", new byte[0])]
    public void A_body_that_is_no_text_breaks_its_own_message_only(string body, byte[] read)
    {
        var messages = Read($$"""{"Messages":[{"MessageId":"m-1","Body":"a"},{"MessageId":"m-2","Body":{{body}},"ReceiptHandle":"r-2"},{"MessageId":"m-3","Body":"c"}]}""");

        Assert.Equal(["m-1", "m-2", "m-3"], messages.Select(static message => message.MessageId));
        Assert.Equal(("a", "c"), (BodyOf(messages[0]), BodyOf(messages[2])));
        Assert.Equal("r-2", messages[1].ReceiptHandle);
        Assert.Equal(read, messages[1].Rented.AsSpan(0, messages[1].Length).ToArray());
    }

    [Fact]
    public void An_attribute_that_is_no_text_is_as_good_as_none()
    {
        var message = Assert.Single(Read("""
            {"Messages":[{"Attributes":{"SentTimestamp":1700000000000,"ApproximateReceiveCount":"3","MessageGroupId":["g"]},
            "MessageAttributes":{"type":{"StringValue":"\ud800","DataType":"String"},"other":{"StringValue":["x"],"DataType":"String"}},"MessageId":"m"}]}
            """));

        Assert.Equal((0, 3), (message.SentTimestamp, message.ReceiveCount));
        Assert.Equal("", message.Attributes["MessageGroupId"]);
        Assert.All(message.MessageAttributes.Values, static value => Assert.Equal(("String", null), (value.DataType, value.StringValue)));
        Assert.Equal("m", message.MessageId);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1.0")]
    [InlineData("")]
    [InlineData("9223372036854775808")]
    public void A_count_that_is_not_of_digits_alone_is_unknown(string count) =>
        Assert.Equal(0, Assert.Single(Read($$$"""{"Messages":[{"Attributes":{"ApproximateReceiveCount":"{{{count}}}"}}]}""")).ReceiveCount);

    [Fact]
    public void Many_messages_keep_their_order_and_their_bodies()
    {
        var bodies = Enumerable.Range(0, 10).Select(static i => new string((char)('a' + i), i * 5_000)).ToArray();

        var messages = Read(JsonSerializer.Serialize(new { Messages = bodies.Select(static body => new { Body = body }) }));

        Assert.Equal(bodies, messages.Select(BodyOf));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("""{"Messages":[{"Body":"a"}""")]
    public void What_is_no_answer_of_SQS_is_refused(string answer) => Assert.ThrowsAny<JsonException>(() => Read(answer));

    [Fact]
    public void A_stream_that_is_not_in_memory_is_read_too()
    {
        var compressed = new MemoryStream();
        using (var deflate = new DeflateStream(compressed, CompressionMode.Compress, leaveOpen: true))
        {
            deflate.Write("""{"Messages":[{"Body":"hello"}]}"""u8);
        }

        compressed.Position = 0;
        using var stream = new DeflateStream(compressed, CompressionMode.Decompress);

        Assert.Equal("hello", BodyOf(Assert.Single(Read(stream))));
    }

    private static List<Utf8Message> Read(string answer)
    {
        var bytes = Encoding.UTF8.GetBytes(answer);
        using var stream = new MemoryStream(bytes, 0, bytes.Length, writable: false, publiclyVisible: true);
        return Read(stream);
    }

    private static List<Utf8Message> Read(Stream stream)
    {
        using var context = new JsonUnmarshallerContext(stream, maintainResponseBody: false, responseData: null);
        return [.. ((ReceiveMessageResponse)new Utf8ReceiveUnmarshaller().Unmarshall(context)).Messages.Cast<Utf8Message>()];
    }

    private static string BodyOf(Utf8Message message) => Encoding.UTF8.GetString(message.Rented.AsSpan(0, message.Length));
}
