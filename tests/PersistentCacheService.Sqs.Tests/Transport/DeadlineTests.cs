using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using Microsoft.AspNetCore.Http;
using TestKit;

namespace PersistentCacheService.Sqs.Tests.Transport;

public sealed class DeadlineTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Server_that_never_answers_is_a_timeout()
    {
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Hang);
        using var client = server.Client(static config => config.Timeout = Short);
        var error = await Assert.ThrowsAsync<SqsTimeoutException>(() => client.GetQueueAttributesAsync(new() { QueueUrl = server.QueueUrl }));
        Assert.Equal(SqsErrorKind.Timeout, error.Kind);
        Assert.Equal(Short, error.Deadline);
        Assert.NotNull(error.Retryable);
    }

    [Fact]
    public async Task Body_that_never_ends_is_a_timeout()
    {
        await using var server = await ScriptedSqs.StartAsync(HangMidBody);
        using var client = server.Client(static config => config.Timeout = Short);
        await Assert.ThrowsAsync<SqsTimeoutException>(
            () => client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = server.QueueUrl, WaitTimeSeconds = 0 }));
    }

    [Fact]
    public async Task Receive_has_its_wait_on_top()
    {
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Hang);
        var time = new ManualTimeProvider();
        using var client = server.Client(config => config.TimeProvider = time);
        var receive = client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = server.QueueUrl, WaitTimeSeconds = 20 });
        await Eventually.HoldsAsync(() => server.Requests.Count == 1, "the request has arrived");
        time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.False(receive.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));
        var error = await Assert.ThrowsAsync<SqsTimeoutException>(() => receive);
        Assert.Equal(TimeSpan.FromSeconds(30), error.Deadline);
    }

    [Fact]
    public async Task Cancellation_by_the_caller_is_a_cancellation()
    {
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Hang);
        using var client = server.Client();
        using var source = new CancellationTokenSource();
        var receive = client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = server.QueueUrl, WaitTimeSeconds = 20 }, source.Token);
        await Eventually.HoldsAsync(() => server.Requests.Count == 1, "the request has arrived");
        await source.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receive);
        Assert.Equal(source.Token, error.CancellationToken);
    }

    [Fact]
    public async Task Cancellation_within_the_body_is_a_cancellation()
    {
        await using var server = await ScriptedSqs.StartAsync(HangMidBody);
        using var client = server.Client();
        using var source = new CancellationTokenSource();
        var receive = client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = server.QueueUrl }, source.Token);
        await Eventually.HoldsAsync(() => server.Requests.Count == 1, "the request has arrived");
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receive);
    }

    [Fact]
    public async Task Client_works_on_after_a_timeout()
    {
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Hang, ScriptedSqs.Json("""{"Attributes":{"VisibilityTimeout":"30"}}"""));
        using var client = server.Client(static config => config.Timeout = TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<SqsTimeoutException>(() => client.GetQueueAttributesAsync(new() { QueueUrl = server.QueueUrl }));
        Assert.Equal(30, (await client.GetQueueAttributesAsync(new() { QueueUrl = server.QueueUrl })).VisibilityTimeout);
    }

    [Fact]
    public async Task Credentials_that_do_not_come_within_the_deadline_are_named_as_the_reason()
    {
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Json("{}"));
        using var client = server.Client(static config => config.Timeout = Short, new SilentProvider());
        var error = await Assert.ThrowsAsync<AmazonSQSException>(() => client.GetQueueAttributesAsync(new() { QueueUrl = server.QueueUrl }));
        Assert.Equal(SqsErrorKind.CredentialsUnavailable, error.Kind);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Tls_handshake_that_never_ends_is_a_network_error_after_the_connect_timeout()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        using var client = new AmazonSQSClient(
            new BasicAWSCredentials("a", "b"), new AmazonSQSConfig { ServiceURL = url, AuthenticationRegion = "eu-west-1", ConnectTimeout = Short });
        var error = await Assert.ThrowsAsync<AmazonSQSException>(() => client.GetQueueUrlAsync(new() { QueueName = "q" }));
        Assert.Equal(SqsErrorKind.Network, error.Kind);
    }

    private static async Task HangMidBody(HttpContext context)
    {
        context.Response.ContentLength = 1000;
        await context.Response.WriteAsync("""{"Messages":[{"Body":"cut off""");
        await context.Response.Body.FlushAsync();
        await ScriptedSqs.Hang(context);
    }

    /// <summary>A provider whose endpoint does not answer.</summary>
    private sealed class SilentProvider : AWSCredentials
    {
        private readonly TaskCompletionSource<ImmutableCredentials> _never = new();

        public override ImmutableCredentials GetCredentials() => throw new InvalidOperationException("Only asynchronously.");

        public override Task<ImmutableCredentials> GetCredentialsAsync() => _never.Task;
    }
}
