using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using LocalSqs.Faults;

namespace LocalSqs.Tests;

/// <summary>AWS's own client against the emulator: what it sends is understood, what it gets is what it expects, the digests it checks included.</summary>
public sealed class OfficialClientTests : IAsyncLifetime
{
    private LocalSqsServer _server = null!;
    private AmazonSQSClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await LocalSqsServer.StartAsync(new LocalSqsOptions { AccessKey = "AKIDLOCAL" });
        _client = Client("AKIDLOCAL");
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_message_goes_through_its_whole_life()
    {
        var url = (await _client.CreateQueueAsync(new CreateQueueRequest { QueueName = "q", Attributes = new() { ["VisibilityTimeout"] = "7" } })).QueueUrl;
        Assert.Equal(url, (await _client.GetQueueUrlAsync("q")).QueueUrl);
        var sent = await _client.SendMessageAsync(new SendMessageRequest
        {
            QueueUrl = url,
            MessageBody = "é \"quoted\" \\ 🎉\n",
            MessageAttributes = new() { ["type"] = new() { DataType = "String", StringValue = "x" }, ["raw"] = new() { DataType = "Binary", BinaryValue = new MemoryStream([1, 2]) } },
        });
        var received = Assert.Single((await ReceiveAsync(url)).Messages);
        Assert.Equal((sent.MessageId, "é \"quoted\" \\ 🎉\n", "1"), (received.MessageId, received.Body, received.Attributes["ApproximateReceiveCount"]));
        Assert.Equal(["raw", "type"], received.MessageAttributes.Keys.Order());
        await _client.ChangeMessageVisibilityAsync(url, received.ReceiptHandle, 0);
        var again = Assert.Single((await ReceiveAsync(url)).Messages);
        Assert.Equal("2", again.Attributes["ApproximateReceiveCount"]);
        await _client.DeleteMessageAsync(url, again.ReceiptHandle);
        var attributes = await _client.GetQueueAttributesAsync(url, ["All"]);
        Assert.Equal((0, 0, 7), (attributes.ApproximateNumberOfMessages, attributes.ApproximateNumberOfMessagesNotVisible, attributes.VisibilityTimeout));
        _server.DeleteQueue("q");
        await Assert.ThrowsAsync<QueueDoesNotExistException>(() => ReceiveAsync(url));
    }

    [Fact]
    public async Task Batches_answer_each_entry()
    {
        var url = _server.CreateQueue("q").Url;
        var sent = await _client.SendMessageBatchAsync(url, [new("a", "one"), new("b", "two"), new("c", "\u0007")]);
        Assert.Equal(["a", "b"], sent.Successful.Select(static entry => entry.Id));
        Assert.Equal("InvalidMessageContents", Assert.Single(sent.Failed).Code);
        var handles = (await ReceiveAsync(url)).Messages.ConvertAll(static message => message.ReceiptHandle);
        var changed = await _client.ChangeMessageVisibilityBatchAsync(url, [new("a", handles[0]) { VisibilityTimeout = 60 }, new("b", "nonsense") { VisibilityTimeout = 1 }]);
        Assert.Equal(("a", "ReceiptHandleIsInvalid", true), (Assert.Single(changed.Successful).Id, Assert.Single(changed.Failed).Code, changed.Failed[0].SenderFault));
        var deleted = await _client.DeleteMessageBatchAsync(url, [new("a", handles[0]), new("b", handles[1])]);
        Assert.Equal(2, deleted.Successful.Count);
        Assert.Equal(0, _server.Queue("q").Counts.Total);
    }

    [Fact]
    public async Task A_fifo_message_shows_its_group_and_number()
    {
        var url = _server.CreateQueue("q.fifo").Url;
        var sent = await _client.SendMessageAsync(new SendMessageRequest { QueueUrl = url, MessageBody = "m", MessageGroupId = "g", MessageDeduplicationId = "d" });
        var received = Assert.Single((await ReceiveAsync(url)).Messages);
        Assert.Equal(("g", "d", sent.SequenceNumber), (received.Attributes["MessageGroupId"], received.Attributes["MessageDeduplicationId"], received.Attributes["SequenceNumber"]));
    }

    [Theory]
    [InlineData(SqsFaultKind.Throttle, "RequestThrottled")]
    [InlineData(SqsFaultKind.InternalError, "InternalFailure")]
    [InlineData(SqsFaultKind.ServiceUnavailable, "ServiceUnavailable")]
    [InlineData(SqsFaultKind.ExpiredCredentials, "ExpiredToken")]
    [InlineData(SqsFaultKind.WrongSignature, "SignatureDoesNotMatch")]
    [InlineData(SqsFaultKind.AccessDenied, "AccessDenied")]
    [InlineData(SqsFaultKind.OverLimit, "OverLimit")]
    public async Task An_error_has_the_code_that_the_client_knows(SqsFaultKind kind, string code)
    {
        var url = _server.CreateQueue("q").Url;
        _server.Faults.Inject(kind);
        var error = await Assert.ThrowsAnyAsync<AmazonSQSException>(() => ReceiveAsync(url));
        Assert.Equal(code, error.ErrorCode);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(-20)]
    public async Task A_client_whose_clock_is_wrong_corrects_itself(int serverAheadMinutes)
    {
        var url = _server.CreateQueue("q").Url;
        _server.Faults.ClockOffset = TimeSpan.FromMinutes(serverAheadMinutes);
        using var client = Client("AKIDLOCAL", retries: 1);
        await client.SendMessageAsync(url, "m");
        Assert.Equal(1, _server.Queue("q").Counts.Total);
    }

    [Fact]
    public async Task Another_key_is_refused()
    {
        using var client = Client("AKIDOTHER");
        var error = await Assert.ThrowsAsync<AmazonSQSException>(() => client.GetQueueUrlAsync("q"));
        Assert.Equal("InvalidClientTokenId", error.ErrorCode);
    }

    private Task<ReceiveMessageResponse> ReceiveAsync(string url) => _client.ReceiveMessageAsync(new ReceiveMessageRequest
    {
        QueueUrl = url,
        MaxNumberOfMessages = 10,
        MessageSystemAttributeNames = ["All"],
        MessageAttributeNames = ["All"],
    });

    private AmazonSQSClient Client(string accessKey, int retries = 0) => new(
        new BasicAWSCredentials(accessKey, "secret"),
        new AmazonSQSConfig { ServiceURL = _server.ServiceUrl, AuthenticationRegion = "us-east-1", MaxErrorRetry = retries });
}
