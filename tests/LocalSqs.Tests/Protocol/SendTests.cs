using System.Globalization;
using System.Net;

namespace LocalSqs.Tests.Protocol;

public sealed class SendTests : LocalSqsTest
{
    [Theory]
    [InlineData("plain")]
    [InlineData("quotes \" and \\ backslashes / slashes")]
    [InlineData("line\nfeeds\r\nand\ttabs")]
    [InlineData("日本語 and 🎉 and \u00e9")]
    [InlineData("{\"type\":\"usageUpdated\",\"customerId\":\"c\"}")]
    public async Task A_body_comes_back_as_it_was_sent(string body)
    {
        await Sqs.SendAsync(Url, body);
        var message = Assert.Single(await Sqs.ReceiveAsync(Url));
        Assert.Equal(body, message.Body());
        Assert.Equal(body, Assert.Single(Queue.Peek()).Body);
    }

    [Fact]
    public async Task The_digest_of_the_body_is_that_of_its_unescaped_bytes()
    {
        // echo -n 'a"b' | md5sum
        var sent = await Sqs.OkAsync("SendMessage", new { QueueUrl = Url, MessageBody = "a\"b" });
        Assert.Equal("c8f88ec84680a7ec056720570290dd34", sent.Text("MD5OfMessageBody"));
        Assert.Equal("c8f88ec84680a7ec056720570290dd34", Assert.Single(await Sqs.ReceiveAsync(Url)).Text("MD5OfBody"));
    }

    [Fact]
    public async Task Attributes_come_back_with_the_digest_that_another_implementation_computes()
    {
        // The digest is what fauxqs 1.9.2 answers for the same attributes.
        var sent = await Sqs.OkAsync("SendMessage", Attributed());
        Assert.Equal("97f7eafbb43285fff304a1b52dc1435c", sent.Text("MD5OfMessageAttributes"));
        var message = Assert.Single(SqsHttp.Messages(
            await Sqs.OkAsync("ReceiveMessage", new { QueueUrl = Url, MessageAttributeNames = new[] { "All" } })));
        Assert.Equal("97f7eafbb43285fff304a1b52dc1435c", message.Text("MD5OfMessageAttributes"));
        var attributes = message.GetProperty("MessageAttributes");
        Assert.Equal("usageUpdated", attributes.GetProperty("type").Text("StringValue"));
        Assert.Equal("Number.int", attributes.GetProperty("attempt").Text("DataType"));
        Assert.Equal("AQID", attributes.GetProperty("raw").Text("BinaryValue"));
    }

    [Theory]
    [InlineData("type", 1)]
    [InlineData("t.*", 1)]
    [InlineData(".*", 3)]
    [InlineData("other", 0)]
    public async Task Only_the_attributes_asked_for_come_back(string filter, int expected)
    {
        await Sqs.OkAsync("SendMessage", Attributed());
        var message = Assert.Single(SqsHttp.Messages(
            await Sqs.OkAsync("ReceiveMessage", new { QueueUrl = Url, MessageAttributeNames = new[] { filter } })));
        Assert.Equal(expected > 0, message.TryGetProperty("MessageAttributes", out var attributes));
        Assert.Equal(expected, expected > 0 ? attributes.EnumerateObject().Count() : 0);
    }

    [Fact]
    public async Task A_digest_covers_only_the_attributes_that_come_back()
    {
        await Sqs.OkAsync("SendMessage", Attributed());
        var message = Assert.Single(SqsHttp.Messages(
            await Sqs.OkAsync("ReceiveMessage", new { QueueUrl = Url, MessageAttributeNames = new[] { "type" } })));
        Assert.Equal("c69e67ac21e621587ab118524c19ed9d", message.Text("MD5OfMessageAttributes"));
    }

    [Fact]
    public async Task Without_names_no_attributes_come_back()
    {
        await Sqs.OkAsync("SendMessage", Attributed());
        var message = Assert.Single(SqsHttp.Messages(await Sqs.OkAsync("ReceiveMessage", new { QueueUrl = Url })));
        Assert.Equal(["MessageId", "ReceiptHandle", "MD5OfBody", "Body"], message.EnumerateObject().Select(static member => member.Name));
    }

    [Fact]
    public async Task System_attributes_are_those_asked_for()
    {
        await Sqs.SendAsync(Url, "x");
        var message = Assert.Single(SqsHttp.Messages(
            await Sqs.OkAsync("ReceiveMessage", new { QueueUrl = Url, AttributeNames = new[] { "SentTimestamp", "ApproximateReceiveCount" } })));
        Assert.Equal(["SentTimestamp", "ApproximateReceiveCount"], message.GetProperty("Attributes").EnumerateObject().Select(static member => member.Name));
        Assert.Equal(Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), message.Attribute("SentTimestamp"));
    }

    [Fact]
    public async Task A_batch_sends_the_good_entries_and_says_which_are_bad()
    {
        var reply = await Sqs.OkAsync("SendMessageBatch", new
        {
            QueueUrl = Url,
            Entries = new[]
            {
                new { Id = "a", MessageBody = "one" },
                new { Id = "b", MessageBody = "bell \u0007" },
                new { Id = "c", MessageBody = string.Empty },
                new { Id = "d", MessageBody = "two \"quoted\"" },
            },
        });
        Assert.Equal(["a", "d"], reply.Entries("Successful").Select(static entry => entry.Text("Id")));
        Assert.Equal(["b", "c"], reply.Entries("Failed").Select(static entry => entry.Text("Id")));
        Assert.Equal("InvalidMessageContents", reply.Entries("Failed").First().Text("Code"));
        Assert.True(reply.Entries("Failed").First().GetProperty("SenderFault").GetBoolean());
        Assert.Equal(["one", "two \"quoted\""], Queue.Peek().Select(static message => message.Body));
    }

    [Fact]
    public async Task A_message_of_1_MiB_passes_and_one_byte_more_does_not()
    {
        await Sqs.SendAsync(Url, new string('x', 1_048_576));
        var reply = await Sqs.FailsAsync(
            "SendMessage", new { QueueUrl = Url, MessageBody = new string('x', 1_048_577) }, "com.amazonaws.sqs#InvalidParameterValueException");
        Assert.Equal("InvalidParameterValue;Sender", reply.Headers["x-amzn-query-error"]);
        Assert.Equal(1_048_576, Assert.Single(await Sqs.ReceiveAsync(Url)).Body().Length);
    }

    [Fact]
    public async Task A_batch_over_1_MiB_in_all_is_refused_as_a_whole()
    {
        await Sqs.FailsAsync(
            "SendMessageBatch",
            new { QueueUrl = Url, Entries = Enumerable.Range(0, 3).Select(static i => new { Id = $"{i}", MessageBody = new string('x', 400_000) }) },
            "com.amazonaws.sqs#BatchRequestTooLong");
        Assert.Equal(0, Queue.Counts.Total);
    }

    [Theory]
    [InlineData("""{"QueueUrl":"http://h/000000000000/q"}""", "com.amazonaws.sqs#MissingRequiredParameterException")]
    [InlineData("""{"MessageBody":"x"}""", "com.amazonaws.sqs#MissingRequiredParameterException")]
    [InlineData("""{"QueueUrl":"http://h/000000000000/q","MessageBody":7}""", "com.amazon.coral.service#SerializationException")]
    [InlineData("""{"QueueUrl":"http://h/000000000000/q","MessageBody":"x","DelaySeconds":1}""", "com.amazonaws.sqs#UnsupportedOperation")]
    [InlineData("""{"QueueUrl":"http://h/000000000000/q","MessageBody":"half \ud800 pair"}""", "com.amazonaws.sqs#InvalidMessageContents")]
    [InlineData("""{"QueueUrl":"http://h/000000000000/q","MessageBody":"x","MessageAttributes":{"a":{"DataType":"String"}}}""", "com.amazonaws.sqs#InvalidParameterValueException")]
    [InlineData("""{"QueueUrl":"http://h/000000000000/nowhere","MessageBody":"x"}""", "com.amazonaws.sqs#QueueDoesNotExist")]
    [InlineData("""{"QueueUrl":"http://h/000000000000/q","MessageBody":"x" """, "com.amazon.coral.service#SerializationException")]
    [InlineData("not json", "com.amazon.coral.service#SerializationException")]
    [InlineData("", "com.amazon.coral.service#SerializationException")]
    public async Task A_wrong_request_is_refused_with_the_code_of_SQS(string request, string type)
    {
        var reply = await Sqs.CallRawAsync("SendMessage", request);
        Assert.Equal((HttpStatusCode.BadRequest, type), (reply.Status, reply.ErrorType));
        Assert.Equal(0, Queue.Counts.Total);
    }

    private object Attributed() => new
    {
        QueueUrl = Url,
        MessageBody = "x",
        MessageAttributes = new Dictionary<string, object>
        {
            ["type"] = new { DataType = "String", StringValue = "usageUpdated" },
            ["attempt"] = new { DataType = "Number.int", StringValue = "3" },
            ["raw"] = new { DataType = "Binary", BinaryValue = "AQID" },
        },
    };
}
