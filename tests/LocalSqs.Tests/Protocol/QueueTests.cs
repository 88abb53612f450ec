namespace LocalSqs.Tests.Protocol;

public sealed class QueueTests : LocalSqsTest
{
    [Fact]
    public async Task A_queue_is_created_found_and_deleted()
    {
        var url = (await Sqs.OkAsync("CreateQueue", new { QueueName = "new" })).Text("QueueUrl");
        Assert.Equal(Server.QueueUrl("new"), url);
        Assert.Equal(url, (await Sqs.OkAsync("GetQueueUrl", new { QueueName = "new" })).Text("QueueUrl"));
        Assert.True(Server.DeleteQueue("new"));
        await Sqs.FailsAsync("GetQueueUrl", new { QueueName = "new" }, "com.amazonaws.sqs#QueueDoesNotExist");
    }

    [Fact]
    public async Task A_queue_url_has_the_host_by_which_the_client_knows_the_server()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, Server.ServiceUrl) { Content = new StringContent("""{"QueueName":"q"}""") };
        request.Headers.Add("X-Amz-Target", "AmazonSQS.GetQueueUrl");
        request.Headers.Host = "sqs.local:4566";
        using var response = await http.SendAsync(request);
        Assert.Equal("""{"QueueUrl":"http://sqs.local:4566/000000000000/q"}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Creating_a_queue_again_works_only_with_the_same_attributes()
    {
        var attributes = new { VisibilityTimeout = "5" };
        await Sqs.OkAsync("CreateQueue", new { QueueName = "twice", Attributes = attributes });
        await Sqs.OkAsync("CreateQueue", new { QueueName = "twice", Attributes = attributes });
        await Sqs.OkAsync("CreateQueue", new { QueueName = "twice" });
        var reply = await Sqs.FailsAsync(
            "CreateQueue", new { QueueName = "twice", Attributes = new { VisibilityTimeout = "6" } }, "com.amazonaws.sqs#QueueNameExists");
        Assert.Equal("QueueAlreadyExists;Sender", reply.Headers["x-amzn-query-error"]);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("")]
    [InlineData("queue.fifo")]
    [InlineData("a23456789a23456789a23456789a23456789a23456789a23456789a23456789a23456789a234567890")]
    public Task A_name_against_the_rules_is_refused(string name) =>
        Sqs.FailsAsync("CreateQueue", new { QueueName = name }, "com.amazonaws.sqs#InvalidParameterValueException");

    [Fact]
    public Task A_fifo_queue_needs_its_suffix() => Sqs.FailsAsync(
        "CreateQueue", new { QueueName = "plain", Attributes = new { FifoQueue = "true" } }, "com.amazonaws.sqs#InvalidParameterValueException");

    [Fact]
    public async Task Attributes_show_exact_counts_and_settings()
    {
        Queue.Enqueue("a", "b", "c");
        await Sqs.ReceiveAsync(Url, maximum: 1);
        var attributes = (await Sqs.OkAsync("GetQueueAttributes", new { QueueUrl = Url, AttributeNames = new[] { "All" } })).GetProperty("Attributes");
        Assert.Equal(
            ("2", "1", "0"),
            (attributes.Text("ApproximateNumberOfMessages"),
            attributes.Text("ApproximateNumberOfMessagesNotVisible"),
            attributes.Text("ApproximateNumberOfMessagesDelayed")));
        Assert.Equal(("30", "1048576"), (attributes.Text("VisibilityTimeout"), attributes.Text("MaximumMessageSize")));
        Assert.Equal("arn:aws:sqs:us-east-1:000000000000:q", attributes.Text("QueueArn"));
    }

    [Fact]
    public async Task An_expired_message_counts_as_visible_before_anybody_receives()
    {
        Queue.Enqueue("m");
        await Sqs.ReceiveAsync(Url);
        Pass(31);
        var reply = await Sqs.OkAsync("GetQueueAttributes", new { QueueUrl = Url, AttributeNames = new[] { "ApproximateNumberOfMessages" } });
        Assert.Equal("1", reply.GetProperty("Attributes").Text("ApproximateNumberOfMessages"));
    }

    [Fact]
    public async Task Only_the_attributes_asked_for_are_shown()
    {
        var one = await Sqs.OkAsync("GetQueueAttributes", new { QueueUrl = Url, AttributeNames = new[] { "VisibilityTimeout", "RedrivePolicy" } });
        Assert.Equal("VisibilityTimeout", Assert.Single(one.GetProperty("Attributes").EnumerateObject()).Name);
        Assert.False((await Sqs.OkAsync("GetQueueAttributes", new { QueueUrl = Url })).TryGetProperty("Attributes", out _));
        await Sqs.FailsAsync("GetQueueAttributes", new { QueueUrl = Url, AttributeNames = new[] { "Colour" } }, "com.amazonaws.sqs#InvalidAttributeName");
    }

    [Theory]
    [InlineData("VisibilityTimeout", "43201", "com.amazonaws.sqs#InvalidAttributeValue")]
    [InlineData("VisibilityTimeout", "x", "com.amazonaws.sqs#InvalidAttributeValue")]
    [InlineData("FifoQueue", "perhaps", "com.amazonaws.sqs#InvalidAttributeValue")]
    [InlineData("Colour", "blue", "com.amazonaws.sqs#InvalidAttributeName")]
    public Task A_wrong_attribute_is_refused(string name, string value, string type) =>
        Sqs.FailsAsync("CreateQueue", new { QueueName = "wrong", Attributes = new Dictionary<string, string> { [name] = value } }, type);

    [Fact]
    public async Task A_purge_takes_ready_and_hidden_messages()
    {
        Queue.Enqueue("a", "b");
        var handle = Assert.Single(await Sqs.ReceiveAsync(Url, maximum: 1)).Handle();
        Queue.Purge();
        Assert.Equal(0, Queue.Counts.Total);
        await Sqs.DeleteAsync(Url, handle);
        Pass(60);
        Assert.Empty(await Sqs.ReceiveAsync(Url));
    }
}
