using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using Microsoft.AspNetCore.Http;
using PersistentCacheService.Sqs.Signing;
using TestKit;

namespace PersistentCacheService.Sqs.Tests.Transport;

/// <summary>The two cases in which the client itself repeats a call, and that there are no more.</summary>
public sealed class RepeatTests
{
    private static readonly RequestDelegate Ok = ScriptedSqs.Json("{}");

    [Fact]
    public async Task Pooled_connection_that_was_closed_is_replaced_at_once()
    {
        await using var server = await ScriptedSqs.StartAsync(Ok, ScriptedSqs.Abort, Ok);
        using var client = server.Client(static config => config.TimeProvider = new UnhurriedTime());
        await client.GetQueueAttributesAsync(new() { QueueUrl = server.QueueUrl });
        await client.GetQueueAttributesAsync(new() { QueueUrl = server.QueueUrl });
        Assert.Equal(3, server.Requests.Count);
        Assert.NotEqual(server.Requests[1].Connection, server.Requests[2].Connection);
    }

    [Fact]
    public async Task Server_that_always_closes_gets_two_requests_a_call_and_no_more()
    {
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Abort);
        using var client = server.Client(static config => config.TimeProvider = new UnhurriedTime());
        var error = await Assert.ThrowsAsync<AmazonSQSException>(
            () => client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = server.QueueUrl, WaitTimeSeconds = 0 }));
        Assert.Equal(SqsErrorKind.Network, error.Kind);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Long_poll_that_breaks_late_is_not_repeated()
    {
        var time = new ManualTimeProvider();
        await using var server = await ScriptedSqs.StartAsync(context =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return ScriptedSqs.Abort(context);
        });
        using var client = server.Client(config => config.TimeProvider = time);
        var error = await Assert.ThrowsAsync<AmazonSQSException>(
            () => client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = server.QueueUrl, WaitTimeSeconds = 20 }));
        Assert.Equal(SqsErrorKind.Network, error.Kind);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Send_is_not_repeated()
    {
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Abort);
        using var client = server.Client();
        var error = await Assert.ThrowsAsync<AmazonSQSException>(
            () => client.SendMessageBatchAsync(new() { QueueUrl = server.QueueUrl, Entries = [new() { Id = "0", MessageBody = "m" }] }));
        Assert.Equal(SqsErrorKind.Network, error.Kind);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Connection_that_breaks_within_the_body_is_a_network_error_without_a_repeat()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var connections = 0;
        var serving = Task.Run(async () =>
        {
            while (true)
            {
                using var connection = await listener.AcceptTcpClientAsync();
                connections++;
                await AnswerHalfAsync(connection.GetStream());
            }
        });
        using var client = new AmazonSQSClient(
            new BasicAWSCredentials("a", "b"), new AmazonSQSConfig { ServiceURL = $"http://{listener.LocalEndpoint}", AuthenticationRegion = "eu-west-1" });
        var error = await Assert.ThrowsAsync<AmazonSQSException>(() => client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = "q", WaitTimeSeconds = 0 }));
        Assert.Equal(SqsErrorKind.Network, error.Kind);
        Assert.NotNull(error.Retryable);
        Assert.Equal(1, connections);
        listener.Stop();
        await Assert.ThrowsAnyAsync<SocketException>(() => serving);
    }

    [Fact]
    public async Task Refused_connection_is_a_network_error_that_names_the_endpoint()
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        using var client = new AmazonSQSClient(new BasicAWSCredentials("a", "b"), new AmazonSQSConfig { ServiceURL = url, AuthenticationRegion = "eu-west-1" });
        var error = await Assert.ThrowsAsync<AmazonSQSException>(() => client.GetQueueUrlAsync(new() { QueueName = "q" }));
        Assert.Equal(SqsErrorKind.Network, error.Kind);
        Assert.Contains(url, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_name_that_does_not_exist_is_a_network_error()
    {
        using var client = new AmazonSQSClient(
            new BasicAWSCredentials("a", "b"), new AmazonSQSConfig { ServiceURL = "http://no-such-host.invalid", AuthenticationRegion = "eu-west-1" });
        var error = await Assert.ThrowsAsync<AmazonSQSException>(() => client.GetQueueUrlAsync(new() { QueueName = "q" }));
        Assert.Equal(SqsErrorKind.Network, error.Kind);
    }

    [Theory]
    [InlineData(20, "RequestTimeTooSkewed")]
    [InlineData(-20, "RequestTimeTooSkewed")]
    [InlineData(20, "InvalidSignatureException")]
    [InlineData(-20, "SignatureDoesNotMatch")]
    [InlineData(-60 * 24 * 30, "AccessDenied")]
    public async Task Wrong_local_clock_is_corrected_by_the_servers_and_stays_corrected(int minutes, string code)
    {
        await using var server = await ScriptedSqs.StartAsync(VerifyTime(code));
        using var client = server.Client(config => config.TimeProvider = new SkewedTime(TimeSpan.FromMinutes(minutes)));
        await client.GetQueueAttributesAsync(new() { QueueUrl = server.QueueUrl });
        Assert.Equal(2, server.Requests.Count);
        Assert.InRange(client.ClockOffset.TotalMinutes, -minutes - 1, -minutes + 1);
        await client.GetQueueAttributesAsync(new() { QueueUrl = server.QueueUrl });
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Skew_that_no_correction_cures_is_reported_after_one_repeat()
    {
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Error("RequestTimeTooSkewed", 403));
        using var client = server.Client(static config => config.TimeProvider = new SkewedTime(TimeSpan.FromMinutes(20)));
        var error = await Assert.ThrowsAsync<AmazonSQSException>(() => client.GetQueueAttributesAsync(new() { QueueUrl = server.QueueUrl }));
        Assert.Equal(SqsErrorKind.ClockSkew, error.Kind);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Wrong_secret_with_the_right_time_is_not_repeated()
    {
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Error("SignatureDoesNotMatch", 403));
        using var client = server.Client();
        var error = await Assert.ThrowsAsync<AmazonSQSException>(() => client.GetQueueAttributesAsync(new() { QueueUrl = server.QueueUrl }));
        Assert.Equal(SqsErrorKind.InvalidCredentials, error.Kind);
        Assert.Single(server.Requests);
        Assert.Equal(TimeSpan.Zero, client.ClockOffset);
    }

    /// <summary>Reads a request and writes the head and a part of the body; the caller's close then ends the connection in order, without a reset.</summary>
    private static async Task AnswerHalfAsync(NetworkStream stream)
    {
        var request = new byte[16 * 1024];
        var length = 0;
        while (!request.AsSpan(0, length).EndsWith("}"u8))
        {
            length += await stream.ReadAsync(request.AsMemory(length));
        }

        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"Messages\":[{\"Body\":\"cut off"u8.ToArray());
    }

    /// <summary>Refuses what is signed for a time more than 5 minutes off, as AWS does. Kestrel adds the Date header.</summary>
    private static RequestDelegate VerifyTime(string code) => context =>
    {
        var signed = DateTimeOffset.ParseExact(
            context.Request.Headers["X-Amz-Date"].ToString(), SigV4.TimestampFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var skewed = (signed - TimeProvider.System.GetUtcNow()).Duration() > TimeSpan.FromMinutes(5);
        return (skewed ? ScriptedSqs.Error(code, 403, "Signature expired") : Ok)(context);
    };
}
