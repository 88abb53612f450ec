using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using LocalSqs;
using LocalSqs.Faults;
using LocalSqs.Protocol;

namespace PersistentCacheService.Sqs.Tests.Emulators;

/// <summary>What each way of failing looks like to a caller, and that the client works again afterwards.</summary>
public sealed class FaultTests
{
    private const string Queue = "q";

    [Theory]
    [InlineData(SqsFaultKind.Throttle, SqsErrorKind.Throttled)]
    [InlineData(SqsFaultKind.InternalError, SqsErrorKind.Unavailable)]
    [InlineData(SqsFaultKind.ServiceUnavailable, SqsErrorKind.Unavailable)]
    [InlineData(SqsFaultKind.ExpiredCredentials, SqsErrorKind.ExpiredCredentials)]
    [InlineData(SqsFaultKind.AccessDenied, SqsErrorKind.AccessDenied)]
    [InlineData(SqsFaultKind.Hang, SqsErrorKind.Timeout)]
    [InlineData(SqsFaultKind.HangMidBody, SqsErrorKind.Timeout)]
    [InlineData(SqsFaultKind.Reset, SqsErrorKind.Network)]
    [InlineData(SqsFaultKind.GarbageBody, SqsErrorKind.UnexpectedResponse)]
    [InlineData(SqsFaultKind.EmptyBody, SqsErrorKind.UnexpectedResponse)]
    public async Task Failed_receive_has_its_kind_and_the_next_one_works(SqsFaultKind fault, SqsErrorKind expected)
    {
        await using var server = await StartAsync();
        using var client = Client(server, timeout: expected == SqsErrorKind.Timeout ? TimeSpan.FromSeconds(3) : null);
        using (server.Faults.Inject(fault))
        {
            var error = await Assert.ThrowsAnyAsync<AmazonSQSException>(() => ReceiveAsync(client, server));
            Assert.Equal(expected, error.Kind);
        }

        server.Queue(Queue).Enqueue("after the fault");
        using var response = await ReceiveAsync(client, server);
        Assert.Equal("after the fault", Assert.Single(response.Messages!).Body);
    }

    [Fact]
    public async Task Single_reset_is_not_even_noticed_by_the_caller()
    {
        await using var server = await StartAsync();
        using var client = Client(server);
        server.Queue(Queue).Enqueue("m");
        server.Faults.Inject(new SqsFault(SqsFaultKind.Reset) { Times = 1 });
        using var response = await ReceiveAsync(client, server);
        Assert.Single(response.Messages!);
    }

    [Theory]
    [InlineData(SqsFaultKind.EntryFailsOnServer, false)]
    [InlineData(SqsFaultKind.EntryFailsOnSender, true)]
    public async Task Entry_of_a_delete_that_fails_is_surfaced_beside_those_that_succeed(SqsFaultKind fault, bool senderFault)
    {
        await using var server = await StartAsync();
        using var client = Client(server);
        server.Queue(Queue).Enqueue("a", "b");
        using var received = await ReceiveAsync(client, server);
        server.Faults.Inject(new SqsFault(fault) { Operation = SqsOperation.DeleteMessageBatch, Times = 1 });
        var response = await client.DeleteMessageBatchAsync(new DeleteMessageBatchRequest
        {
            QueueUrl = server.QueueUrl(Queue),
            Entries = [.. received.Messages!.Select(static (message, i) => new DeleteMessageBatchRequestEntry { Id = $"{i}", ReceiptHandle = message.ReceiptHandle })],
        });
        Assert.Equal(senderFault, Assert.Single(response.Failed!).SenderFault);
        Assert.Single(response.Successful!);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(-20)]
    public async Task Clock_twenty_minutes_off_is_corrected_against_a_server_that_verifies_signatures(int minutes)
    {
        await using var server = await StartAsync();
        server.Faults.ClockOffset = TimeSpan.FromMinutes(minutes);
        using var client = Client(server);
        server.Queue(Queue).Enqueue("m");
        using var response = await ReceiveAsync(client, server);
        Assert.Single(response.Messages!);
        Assert.InRange(client.ClockOffset.TotalMinutes, minutes - 1, minutes + 1);
    }

    [Theory]
    [InlineData("AKIDUNKNOWN", EmulatorCredentials.SecretKey)]
    public async Task Wrong_key_pair_is_invalid_credentials(string accessKey, string secretKey)
    {
        await using var server = await StartAsync();
        using var client = Client(server, credentials: new BasicAWSCredentials(accessKey, secretKey));
        var error = await Assert.ThrowsAsync<AmazonSQSException>(() => ReceiveAsync(client, server));
        Assert.Equal(SqsErrorKind.InvalidCredentials, error.Kind);
        Assert.DoesNotContain(secretKey, error.ToString(), StringComparison.Ordinal);
    }

    private static Task<LocalSqsServer> StartAsync() => LocalSqsServer.StartAsync(new LocalSqsOptions
    {
        AccessKey = EmulatorCredentials.AccessKey,
        Queues = [new LocalQueueOptions(Queue)],
    });

    private static AmazonSQSClient Client(LocalSqsServer server, AWSCredentials? credentials = null, TimeSpan? timeout = null) => new(
        credentials ?? new BasicAWSCredentials(EmulatorCredentials.AccessKey, EmulatorCredentials.SecretKey),
        new AmazonSQSConfig { ServiceURL = server.ServiceUrl, AuthenticationRegion = "us-east-1", Timeout = timeout, TimeProvider = new UnhurriedTime() });

    private static Task<ReceiveMessageResponse> ReceiveAsync(AmazonSQSClient client, LocalSqsServer server) =>
        client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = server.QueueUrl(Queue), MaxNumberOfMessages = 10, WaitTimeSeconds = 0 });
}
