using System.Net;

namespace LocalSqs.Tests.Protocol;

public sealed class ReceiveTests : LocalSqsTest
{
    [Fact]
    public async Task A_receive_takes_at_most_as_many_as_asked_for_in_order_of_arrival()
    {
        Queue.Enqueue(Enumerable.Range(0, 12).Select(static i => $"{i}"));
        Assert.Single(SqsHttp.Messages(await Sqs.OkAsync("ReceiveMessage", new { QueueUrl = Url })));
        var next = await Sqs.ReceiveAsync(Url);
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"], next.Select(JsonElementExtensions.Body));
    }

    [Fact]
    public async Task An_answer_has_the_headers_of_SQS()
    {
        var reply = await Sqs.CallAsync("ReceiveMessage", new { QueueUrl = Url });
        Assert.Equal((HttpStatusCode.OK, "{}"), (reply.Status, reply.Text));
        Assert.Equal("application/x-amz-json-1.0", reply.Headers["Content-Type"]);
        Assert.True(Guid.TryParse(reply.Headers["x-amzn-RequestId"], out _));
        Assert.True(reply.Headers.ContainsKey("Date"));
    }

    [Fact]
    public async Task A_received_message_is_hidden_until_its_visibility_timeout_ends_and_then_counts_again()
    {
        Queue.Enqueue("m");
        var first = Assert.Single(await Sqs.ReceiveAsync(Url));
        Assert.Empty(await Sqs.ReceiveAsync(Url));
        Assert.Equal(new QueueCounts(0, 1), Queue.Counts);
        Pass(29.9);
        Assert.Empty(await Sqs.ReceiveAsync(Url));
        Pass(0.2);
        var second = Assert.Single(await Sqs.ReceiveAsync(Url));
        Assert.Equal((1, 2), (first.ReceiveCount(), second.ReceiveCount()));
        Assert.Equal(first.Text("MessageId"), second.Text("MessageId"));
        Assert.NotEqual(first.Handle(), second.Handle());
        Assert.Equal(first.Attribute("ApproximateFirstReceiveTimestamp"), second.Attribute("ApproximateFirstReceiveTimestamp"));
        Assert.Equal(first.Attribute("SentTimestamp"), second.Attribute("SentTimestamp"));
    }

    [Fact]
    public async Task A_receive_can_set_the_visibility_timeout_of_its_messages()
    {
        Queue.Enqueue("short", "long");
        await Sqs.ReceiveAsync(Url, maximum: 1, visibility: 2);
        await Sqs.ReceiveAsync(Url, maximum: 1, visibility: 100);
        Pass(3);
        Assert.Equal("short", Assert.Single(await Sqs.ReceiveAsync(Url)).Body());
    }

    [Fact]
    public async Task A_visibility_of_zero_leaves_the_message_visible()
    {
        Queue.Enqueue("m");
        Assert.Single(await Sqs.ReceiveAsync(Url, visibility: 0));
        Assert.Equal(2, Assert.Single(await Sqs.ReceiveAsync(Url)).ReceiveCount());
    }

    [Fact]
    public async Task Beyond_120000_messages_in_flight_a_short_poll_answers_OverLimit()
    {
        Queue.Fill(new LocalSqs.Generation.GeneratorOptions { Count = 120_001, UsageShare = 1 });
        var local = new LocalSqs.Queues.ReceiveOptions(int.MaxValue, null);
        Assert.True(Server.FindQueue("q").TryReceive(local, mayWait: false, []));
        await Sqs.FailsAsync("ReceiveMessage", new { QueueUrl = Url }, "com.amazonaws.sqs#OverLimit");
        Assert.Equal(new QueueCounts(1, 120_000), Queue.Counts);
    }

    [Theory]
    [InlineData("MaxNumberOfMessages", 0)]
    [InlineData("MaxNumberOfMessages", 11)]
    [InlineData("WaitTimeSeconds", -1)]
    [InlineData("WaitTimeSeconds", 21)]
    [InlineData("VisibilityTimeout", 43_201)]
    public async Task A_number_out_of_its_range_is_refused(string parameter, int value)
    {
        var reply = await Sqs.FailsAsync(
            "ReceiveMessage", new Dictionary<string, object> { ["QueueUrl"] = Url, [parameter] = value }, "com.amazonaws.sqs#InvalidParameterValueException");
        Assert.StartsWith($"Value {value} for parameter {parameter} is invalid.", reply.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public Task An_unknown_system_attribute_is_refused() =>
        Sqs.FailsAsync("ReceiveMessage", new { QueueUrl = Url, AttributeNames = new[] { "Colour" } }, "com.amazonaws.sqs#InvalidAttributeName");

    [Theory]
    [InlineData("1")]
    [InlineData("None")]
    public Task A_number_or_an_empty_flag_is_no_attribute_name(string name) =>
        Sqs.FailsAsync("ReceiveMessage", new { QueueUrl = Url, AttributeNames = new[] { name } }, "com.amazonaws.sqs#InvalidAttributeName");

    [Fact]
    public async Task A_queue_is_found_whatever_host_and_escaping_its_url_has()
    {
        Queue.Enqueue("m");
        var reply = await Sqs.CallRawAsync("ReceiveMessage", """{"QueueUrl":"https:\/\/sqs.us-east-1.amazonaws.com\u002f123456789012\/q"}""");
        Assert.Single(SqsHttp.Messages(reply.Json));
    }

    [Fact]
    public Task An_operation_nobody_knows_is_refused() =>
        Sqs.FailsAsync("StartMessageMoveTask", new { }, "com.amazon.coral.service#UnknownOperationException", HttpStatusCode.NotFound);
}
