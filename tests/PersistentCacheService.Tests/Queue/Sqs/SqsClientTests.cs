using System.Globalization;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using LocalSqs;
using LocalSqs.Faults;
using LocalSqs.Protocol;
using Microsoft.AspNetCore.Http;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Settings;
using TestKit;

namespace PersistentCacheService.Tests.Queue.Sqs;

/// <summary>What the official client does as the worker configures it: how each fault looks, that calls end, and what is repeated.</summary>
public sealed class SqsClientTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(SqsFaultKind.Throttle, nameof(SqsErrorKind.Throttled))]
    [InlineData(SqsFaultKind.InternalError, nameof(SqsErrorKind.Unavailable))]
    [InlineData(SqsFaultKind.ServiceUnavailable, nameof(SqsErrorKind.Unavailable))]
    [InlineData(SqsFaultKind.ExpiredCredentials, nameof(SqsErrorKind.ExpiredCredentials))]
    [InlineData(SqsFaultKind.AccessDenied, nameof(SqsErrorKind.AccessDenied))]
    [InlineData(SqsFaultKind.Hang, nameof(SqsErrorKind.Timeout))]
    [InlineData(SqsFaultKind.HangMidBody, nameof(SqsErrorKind.Timeout))]
    [InlineData(SqsFaultKind.Reset, nameof(SqsErrorKind.Network))]
    [InlineData(SqsFaultKind.GarbageBody, nameof(SqsErrorKind.UnexpectedResponse))]
    [InlineData(SqsFaultKind.EmptyBody, nameof(SqsErrorKind.UnexpectedResponse))]
    public async Task Failed_receive_has_its_kind_and_the_next_one_works(SqsFaultKind fault, string expected)
    {
        await using var server = await LocalSqsServer.StartAsync();
        var queue = server.CreateQueue("q");
        using var client = Client(queue.Url);
        using (server.Faults.Inject(fault))
        {
            var error = await Assert.ThrowsAnyAsync<Exception>(() => ReceiveAsync(client, queue.Url, expected == nameof(SqsErrorKind.Timeout) ? Short : null));
            Assert.Equal(expected, error.GetSqsErrorKind().ToString());
        }

        queue.Enqueue("after the fault");
        Assert.Equal("after the fault", Assert.Single((await ReceiveAsync(client, queue.Url)).Messages).Body);
    }

    [Fact]
    public async Task Error_replies_are_not_retried_below_the_worker()
    {
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Error("RequestThrottled"), ScriptedSqs.Error("InternalError", 500), ScriptedSqs.Json("", 503));
        using var client = Client(server.QueueUrl);
        for (var calls = 1; calls <= 3; calls++)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => ReceiveAsync(client, server.QueueUrl));
            Assert.Equal(calls, server.Requests.Count);
        }
    }

    [Fact]
    public async Task Pooled_connection_that_was_closed_is_replaced_at_once()
    {
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Json("{}"), ScriptedSqs.Abort, ScriptedSqs.Json("{}"));
        using var client = Client(server.QueueUrl);
        await ReceiveAsync(client, server.QueueUrl);
        await ReceiveAsync(client, server.QueueUrl);
        Assert.NotEqual(server.Requests[1].Connection, server.Requests[2].Connection);
    }

    [Theory]
    [InlineData(20, "RequestTimeTooSkewed")]
    [InlineData(-20, "InvalidSignatureException")]
    [InlineData(-60, "SignatureDoesNotMatch")]
    public async Task Clock_that_is_wrong_by_the_servers_is_corrected_for_the_next_call(int serverIsAheadByMinutes, string code)
    {
        var serverTime = TimeProvider.System.GetUtcNow().AddMinutes(serverIsAheadByMinutes);
        await using var server = await ScriptedSqs.StartAsync(
            ScriptedSqs.Error(code, 403, "Signature expired", ("Date", serverTime.ToString("R", CultureInfo.InvariantCulture))), ScriptedSqs.Json("{}"));
        using var client = Client(server.QueueUrl);
        await Assert.ThrowsAnyAsync<Exception>(() => ReceiveAsync(client, server.QueueUrl));
        await ReceiveAsync(client, server.QueueUrl);
        var signed = DateTimeOffset.ParseExact(
            server.Requests[1].Headers["X-Amz-Date"], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.InRange((signed - serverTime).TotalMinutes, -2, 2);
    }

    [Fact]
    public async Task Redirect_is_not_followed()
    {
        await using var server = await ScriptedSqs.StartAsync(static context =>
        {
            context.Response.Redirect("http://127.0.0.1:1/");
            return Task.CompletedTask;
        });
        using var client = Client(server.QueueUrl);
        var error = await Assert.ThrowsAnyAsync<Exception>(() => ReceiveAsync(client, server.QueueUrl));
        Assert.Equal(SqsErrorKind.UnexpectedResponse, error.GetSqsErrorKind());
    }

    [Fact]
    public async Task Refused_connection_is_a_network_error()
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}/1/q";
        using var client = Client(url);
        var error = await Assert.ThrowsAnyAsync<Exception>(() => ReceiveAsync(client, url));
        Assert.Equal(SqsErrorKind.Network, error.GetSqsErrorKind());
    }

    [Fact]
    public async Task Caller_that_cancels_gets_a_cancellation_whatever_the_wire_says()
    {
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Hang);
        using var client = Client(server.QueueUrl);
        using var cancellation = new CancellationTokenSource();
        var call = SqsDeadline.CallAsync(
            client.ReceiveMessageAsync, new ReceiveMessageRequest { QueueUrl = server.QueueUrl }, TimeSpan.FromMinutes(1), TimeProvider.System, cancellation.Token);
        await Eventually.HoldsAsync(() => server.Requests.Count == 1, "the request has arrived");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(100_000)]
    public async Task Body_of_any_size_and_without_an_announced_length_is_read_whole(int length)
    {
        var body = new string('é', length);
        await using var server = await ScriptedSqs.StartAsync(async context =>
        {
            await context.Response.StartAsync();
            await context.Response.WriteAsync($$"""{"Messages":[{"MessageId":"m","ReceiptHandle":"h","Body":"{{body}}"}]}""");
        });
        using var client = Client(server.QueueUrl);
        Assert.Equal(body, Assert.Single((await ReceiveAsync(client, server.QueueUrl)).Messages).Body);
    }

    [Theory]
    [InlineData(SqsFaultKind.EntryFailsOnServer, false)]
    [InlineData(SqsFaultKind.EntryFailsOnSender, true)]
    public async Task Entry_of_a_delete_that_fails_is_surfaced_beside_those_that_succeed(SqsFaultKind fault, bool senderFault)
    {
        await using var server = await LocalSqsServer.StartAsync();
        var queue = server.CreateQueue("q");
        using var client = Client(queue.Url);
        queue.Enqueue("a", "b");
        var received = await ReceiveAsync(client, queue.Url);
        server.Faults.Inject(new SqsFault(fault) { Operation = SqsOperation.DeleteMessageBatch, Times = 1 });
        var response = await client.DeleteMessageBatchAsync(new DeleteMessageBatchRequest
        {
            QueueUrl = queue.Url,
            Entries = [.. received.Messages.Select(static (message, i) => new DeleteMessageBatchRequestEntry { Id = $"{i}", ReceiptHandle = message.ReceiptHandle })],
        });
        Assert.Equal(senderFault, Assert.Single(response.Failed).SenderFault);
        Assert.Single(response.Successful);
    }

    private static IAmazonSQS Client(string queueUrl) => SqsClient.Create(
        new QueueSettings { Region = "us-east-1", Url = new Uri(queueUrl), BatchSize = 10, Consumers = 1, MaxInFlight = 10, WaitTime = TimeSpan.Zero },
        new BasicAWSCredentials("key", "secret"));

    private static Task<ReceiveMessageResponse> ReceiveAsync(IAmazonSQS client, string queueUrl, TimeSpan? limit = null) => SqsDeadline.CallAsync(
        client.ReceiveMessageAsync,
        new ReceiveMessageRequest { QueueUrl = queueUrl, MaxNumberOfMessages = 10, WaitTimeSeconds = 0 },
        limit ?? TimeSpan.FromMinutes(1),
        TimeProvider.System,
        CancellationToken.None);
}
