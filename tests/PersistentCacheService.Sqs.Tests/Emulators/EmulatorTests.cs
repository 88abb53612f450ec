using System.Globalization;
using System.Text;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace PersistentCacheService.Sqs.Tests.Emulators;

/// <summary>The client's behaviour against an SQS emulator; one subclass for each, so that it is not only our own emulator that understands our client.</summary>
public abstract class EmulatorTests
{
    /// <summary>What JSON or UTF-8 can trip over, but for characters outside the basic plane: fauxqs refuses those, which SQS accepts.</summary>
    private const string AwkwardBody = """{"a":"quote \" backslash \\ slash / tab \t newline \n unicode é 漢 end"}""" + "\n\t\"\\ é 漢";

    private static readonly List<string> AllSystemAttributes = ["All"];

    /// <summary>Starts the emulator at first use (it skips the test when it cannot be had) and returns its endpoint.</summary>
    protected abstract Task<string> ServiceUrlAsync();

    [SkippableFact]
    public async Task Message_is_received_as_it_was_sent_and_is_gone_after_its_delete()
    {
        using var client = await ClientAsync();
        var queueUrl = await CreateQueueAsync(client);
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var sent = await client.SendMessageBatchAsync(new SendMessageBatchRequest
        {
            QueueUrl = queueUrl,
            Entries =
            [
                new SendMessageBatchRequestEntry
                {
                    Id = "0",
                    MessageBody = AwkwardBody,
                    MessageAttributes = new()
                    {
                        ["type"] = new MessageAttributeValue { DataType = "String", StringValue = "usage\"Updated é" },
                        ["bytes"] = new MessageAttributeValue { DataType = "Binary", BinaryValue = new MemoryStream([0, 1, 254, 255]) },
                    },
                },
            ],
        });
        Assert.Empty((sent.Failed ?? []).Select(static entry => $"{entry.Code}: {entry.Message}"));
        Assert.Equal("0", Assert.Single(sent.Successful!).Id);

        using var response = await ReceiveAsync(client, queueUrl);
        var message = Assert.Single(response.Messages!);
        Assert.Equal(sent.Successful![0].MessageId, message.MessageId);
        Assert.Equal(AwkwardBody, Encoding.UTF8.GetString(message.BodyUtf8.Span));
        Assert.Equal(AwkwardBody, message.Body);
        Assert.Equal(1, message.ApproximateReceiveCount);
        Assert.InRange(message.SentTimestampMilliseconds!.Value, before - 1000, before + 60_000);
        Assert.Equal(message.SentTimestampMilliseconds.Value.ToString(CultureInfo.InvariantCulture), message.Attributes!["SentTimestamp"]);
        Assert.Equal("usage\"Updated é", message.MessageAttributes!["type"].StringValue);
        Assert.Equal([0, 1, 254, 255], message.MessageAttributes["bytes"].BinaryValue!.ToArray());

        var deleted = await client.DeleteMessageBatchAsync(new DeleteMessageBatchRequest
        {
            QueueUrl = queueUrl,
            Entries = [new DeleteMessageBatchRequestEntry { Id = "7", ReceiptHandle = message.ReceiptHandle }],
        });
        Assert.Equal("7", Assert.Single(deleted.Successful!).Id);
        var attributes = await client.GetQueueAttributesAsync(new GetQueueAttributesRequest { QueueUrl = queueUrl, AttributeNames = ["All"] });
        Assert.Equal(0, attributes.ApproximateNumberOfMessages);
        Assert.Equal(0, attributes.ApproximateNumberOfMessagesNotVisible);
    }

    [SkippableFact]
    public async Task Ten_messages_come_in_one_receive()
    {
        using var client = await ClientAsync();
        var queueUrl = await CreateQueueAsync(client);
        var bodies = Enumerable.Range(0, 10).Select(static i => $"{{\"n\":{i},\"pad\":\"{new string('x', 5000)}\\\"\"}}").ToList();
        await SendAsync(client, queueUrl, bodies);
        using var response = await ReceiveAsync(client, queueUrl);
        Assert.Equal(bodies.Order(), response.Messages!.Select(static message => message.Body!).Order());
    }

    [SkippableFact]
    public async Task Receive_of_an_empty_queue_has_no_messages()
    {
        using var client = await ClientAsync();
        var queueUrl = await CreateQueueAsync(client);
        using var response = await client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = queueUrl, WaitTimeSeconds = 0 });
        Assert.True(response.Messages is null or { Count: 0 });
    }

    [SkippableFact]
    public async Task Long_poll_ends_when_a_message_arrives()
    {
        using var client = await ClientAsync();
        var queueUrl = await CreateQueueAsync(client);
        var receive = client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = queueUrl, WaitTimeSeconds = 20 });
        await SendAsync(client, queueUrl, ["late"]);
        using var response = await receive;
        Assert.Equal("late", Assert.Single(response.Messages!).Body);
    }

    [SkippableFact]
    public async Task Message_given_back_is_received_again_with_a_higher_count()
    {
        using var client = await ClientAsync();
        var queueUrl = await CreateQueueAsync(client);
        await SendAsync(client, queueUrl, ["again"]);
        using var first = await ReceiveAsync(client, queueUrl);
        var back = await client.ChangeMessageVisibilityBatchAsync(new ChangeMessageVisibilityBatchRequest
        {
            QueueUrl = queueUrl,
            Entries = [new ChangeMessageVisibilityBatchRequestEntry { Id = "0", ReceiptHandle = first.Messages![0].ReceiptHandle, VisibilityTimeout = 0 }],
        });
        Assert.Single(back.Successful!);
        using var second = await ReceiveAsync(client, queueUrl);
        var message = Assert.Single(second.Messages!);
        Assert.Equal("again", message.Body);
        Assert.Equal(2, message.ApproximateReceiveCount);
    }

    [SkippableFact]
    public async Task Bad_receipt_handle_fails_its_entry_and_no_other()
    {
        using var client = await ClientAsync();
        var queueUrl = await CreateQueueAsync(client);
        await SendAsync(client, queueUrl, ["good"]);
        using var received = await ReceiveAsync(client, queueUrl);
        var response = await client.ChangeMessageVisibilityBatchAsync(new ChangeMessageVisibilityBatchRequest
        {
            QueueUrl = queueUrl,
            Entries =
            [
                new ChangeMessageVisibilityBatchRequestEntry { Id = "good", ReceiptHandle = received.Messages![0].ReceiptHandle, VisibilityTimeout = 30 },
                new ChangeMessageVisibilityBatchRequestEntry { Id = "bad", ReceiptHandle = "no-such-handle", VisibilityTimeout = 30 },
            ],
        });
        Assert.Equal("good", Assert.Single(response.Successful!).Id);
        var failed = Assert.Single(response.Failed!);
        Assert.Equal("bad", failed.Id);
        Assert.Equal("ReceiptHandleIsInvalid", failed.Code);
        Assert.True(failed.SenderFault);
    }

    [SkippableFact]
    public async Task Unknown_queue_is_a_configuration_error_that_says_so()
    {
        using var client = await ClientAsync();
        var url = await ServiceUrlAsync();
        var error = await Assert.ThrowsAsync<QueueDoesNotExistException>(() =>
            client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = $"{url}/000000000000/no-such-queue", WaitTimeSeconds = 0 }));
        Assert.Equal(SqsErrorKind.QueueDoesNotExist, error.Kind);
        Assert.True(error.Kind.IsConfigurationError());
        Assert.False(error.Kind.CanRetry());
        Assert.Equal(400, (int)error.StatusCode);
    }

    [SkippableFact]
    public async Task Batch_with_the_same_id_twice_is_an_invalid_request()
    {
        using var client = await ClientAsync();
        var queueUrl = await CreateQueueAsync(client);
        var error = await Assert.ThrowsAsync<AmazonSQSException>(() => client.SendMessageBatchAsync(new SendMessageBatchRequest
        {
            QueueUrl = queueUrl,
            Entries = [new SendMessageBatchRequestEntry { Id = "0", MessageBody = "a" }, new SendMessageBatchRequestEntry { Id = "0", MessageBody = "b" }],
        }));
        Assert.Equal(SqsErrorKind.InvalidRequest, error.Kind);
        Assert.Contains("BatchEntryIdsNotDistinct", error.ErrorCode, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Queue_is_found_by_name_with_its_attributes()
    {
        using var client = await ClientAsync();
        var name = QueueName();
        await client.CreateQueueAsync(new CreateQueueRequest { QueueName = name, Attributes = new() { ["VisibilityTimeout"] = "77" } });
        var queue = await client.GetQueueUrlAsync(new GetQueueUrlRequest { QueueName = name });
        Assert.EndsWith("/" + name, queue.QueueUrl, StringComparison.Ordinal);
        var attributes = await client.GetQueueAttributesAsync(
            new GetQueueAttributesRequest { QueueUrl = queue.QueueUrl, AttributeNames = ["VisibilityTimeout", "QueueArn"] });
        Assert.Equal(77, attributes.VisibilityTimeout);
        Assert.EndsWith(":" + name, attributes.QueueARN, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Fifo_queue_keeps_the_order_of_a_group()
    {
        using var client = await ClientAsync();
        var queueUrl = await CreateQueueAsync(client, fifo: true);
        await client.SendMessageBatchAsync(new SendMessageBatchRequest
        {
            QueueUrl = queueUrl,
            Entries =
            [
                .. Enumerable.Range(0, 3).Select(static i => new SendMessageBatchRequestEntry
                {
                    Id = $"{i}", MessageBody = $"{i}", MessageGroupId = "customer-1", MessageDeduplicationId = $"d{i}",
                }),
            ],
        });
        using var response = await ReceiveAsync(client, queueUrl);
        Assert.Equal("0", response.Messages![0].Body);
        Assert.Equal("customer-1", response.Messages[0].MessageGroupId);
        Assert.Equal("customer-1", response.Messages[0].Attributes!["MessageGroupId"]);
    }

    private static string QueueName(bool fifo = false) => $"q-{Guid.NewGuid():N}{(fifo ? ".fifo" : "")}";

    private static async Task<string> CreateQueueAsync(AmazonSQSClient client, bool fifo = false)
    {
        var response = await client.CreateQueueAsync(new CreateQueueRequest
        {
            QueueName = QueueName(fifo),
            Attributes = fifo ? new() { ["FifoQueue"] = "true" } : null,
        });
        return response.QueueUrl!;
    }

    private static Task<SendMessageBatchResponse> SendAsync(AmazonSQSClient client, string queueUrl, IEnumerable<string> bodies) =>
        client.SendMessageBatchAsync(new SendMessageBatchRequest
        {
            QueueUrl = queueUrl,
            Entries = [.. bodies.Select(static (body, i) => new SendMessageBatchRequestEntry { Id = $"{i}", MessageBody = body })],
        });

    private static Task<ReceiveMessageResponse> ReceiveAsync(AmazonSQSClient client, string queueUrl) =>
        client.ReceiveMessageAsync(new ReceiveMessageRequest
        {
            QueueUrl = queueUrl,
            MaxNumberOfMessages = 10,
            WaitTimeSeconds = 5,
            VisibilityTimeout = 60,
            MessageSystemAttributeNames = AllSystemAttributes,
            MessageAttributeNames = ["All"],
        });

    private async Task<AmazonSQSClient> ClientAsync() => new(
        new BasicAWSCredentials(EmulatorCredentials.AccessKey, EmulatorCredentials.SecretKey),
        new AmazonSQSConfig { ServiceURL = await ServiceUrlAsync(), AuthenticationRegion = "us-east-1" });
}
