using System.Net;
using System.Text;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using LocalSqs.Authentication;

namespace LocalSqs.Tests.Authentication;

/// <summary>Most requests here are signed by the official client.</summary>
public sealed class SignatureTests
{
    private static readonly string[] Refusals = ["InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidSignatureException"];
    private static readonly SigningCredentials Pair = new("AKIDLOCAL", "local/secret+key");

    [Fact]
    public async Task A_request_signed_with_the_pair_is_taken()
    {
        await using var server = await StartAsync(Pair);
        using var client = Client(server, new BasicAWSCredentials(Pair.AccessKey, Pair.SecretKey));
        await SendAndReceiveAsync(server, client);
    }

    [Fact]
    public async Task A_session_token_is_checked_when_one_is_configured_and_else_taken_as_it_is()
    {
        await using var strict = await StartAsync(Pair with { SessionToken = "token" });
        await using var lax = await StartAsync(Pair);
        using var right = Client(strict, new SessionAWSCredentials(Pair.AccessKey, Pair.SecretKey, "token"));
        using var wrong = Client(strict, new SessionAWSCredentials(Pair.AccessKey, Pair.SecretKey, "other"));
        using var any = Client(lax, new SessionAWSCredentials(Pair.AccessKey, Pair.SecretKey, "other"));
        await SendAndReceiveAsync(strict, right);
        await SendAndReceiveAsync(lax, any);
        Assert.Contains(await CodeAsync(strict, wrong), Refusals);
    }

    [Fact]
    public async Task Another_secret_or_access_key_is_refused()
    {
        await using var server = await StartAsync(Pair);
        using var secret = Client(server, new BasicAWSCredentials(Pair.AccessKey, "another"));
        using var access = Client(server, new BasicAWSCredentials("AKIDANOTHER", Pair.SecretKey));
        Assert.Contains(await CodeAsync(server, secret), Refusals);
        Assert.Contains(await CodeAsync(server, access), Refusals);
    }

    [Fact]
    public async Task Another_region_is_refused()
    {
        await using var server = await StartAsync(Pair);
        using var client = Client(server, new BasicAWSCredentials(Pair.AccessKey, Pair.SecretKey), region: "eu-west-1");
        Assert.Contains(await CodeAsync(server, client), Refusals);
    }

    [Theory]
    [InlineData(20, "Signature expired: ")]
    [InlineData(-20, "Signature not yet current: ")]
    [InlineData(4, null)]
    [InlineData(-4, null)]
    public async Task A_signature_more_than_five_minutes_away_from_the_servers_clock_is_refused(int serverAheadMinutes, string? refusal)
    {
        var time = new ManualTimeProvider();
        await using var server = await StartAsync(Pair, time);
        server.Faults.ClockOffset = TimeSpan.FromMinutes(serverAheadMinutes);
        using var raw = new HttpClient();
        using var request = RequestSigner.Sign(server.ServiceUrl, "ListQueues", "{}", Pair, time.GetUtcNow());
        using var response = await raw.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(refusal is null ? HttpStatusCode.OK : HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains(refusal ?? "QueueUrls", text, StringComparison.Ordinal);
        Assert.Equal(refusal is not null, text.Contains("5 min.)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_corrects_its_clock_gets_through()
    {
        await using var server = await StartAsync(Pair);
        server.Faults.ClockOffset = TimeSpan.FromMinutes(-20);
        using var client = Client(server, new BasicAWSCredentials(Pair.AccessKey, Pair.SecretKey));
        await Assert.ThrowsAnyAsync<AmazonSQSException>(() => SendAndReceiveAsync(server, client));
        await SendAndReceiveAsync(server, client);
    }

    [Fact]
    public async Task A_body_changed_on_the_way_is_refused()
    {
        var time = new ManualTimeProvider();
        await using var server = await StartAsync(Pair, time);
        using var raw = new HttpClient();
        using var request = RequestSigner.Sign(server.ServiceUrl, "ListQueues", "{}", Pair, time.GetUtcNow());
        request.Content = new StringContent("""{"QueueUrl":"x/other"}""", Encoding.UTF8, "application/x-amz-json-1.0");
        using var response = await raw.SendAsync(request);
        Assert.Contains("InvalidSignatureException", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "MissingAuthenticationTokenException")]
    [InlineData("Bearer x", "IncompleteSignatureException")]
    [InlineData("AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0", "IncompleteSignatureException")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDLOCAL/20260101, SignedHeaders=host, Signature=0", "IncompleteSignatureException")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDLOCAL/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0", "IncompleteSignatureException")]
    public async Task A_request_that_is_not_signed_properly_is_refused(string? authorization, string type)
    {
        await using var server = await StartAsync(Pair);
        using var raw = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, server.ServiceUrl) { Content = new StringContent("{}") };
        request.Headers.Add("X-Amz-Target", "AmazonSQS.ListQueues");
        _ = authorization is null || request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await raw.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains(type, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_show_no_secret()
    {
        var text = (Pair with { SessionToken = "token" }).ToString();
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("token", text, StringComparison.Ordinal);
    }

    private static Task<LocalSqsServer> StartAsync(SigningCredentials credentials, TimeProvider? time = null) => LocalSqsServer.StartAsync(new LocalSqsOptions
    {
        Credentials = credentials,
        Queues = [new LocalQueueOptions("q")],
        TimeProvider = time ?? TimeProvider.System,
    });

    private static AmazonSQSClient Client(LocalSqsServer server, AWSCredentials credentials, string region = "us-east-1") => new(
        credentials,
        new AmazonSQSConfig { ServiceURL = server.ServiceUrl, AuthenticationRegion = region, MaxErrorRetry = 0 });

    private static async Task SendAndReceiveAsync(LocalSqsServer server, AmazonSQSClient client)
    {
        var url = server.QueueUrl("q");
        await client.SendMessageBatchAsync(new SendMessageBatchRequest { QueueUrl = url, Entries = [new SendMessageBatchRequestEntry { Id = "0", MessageBody = "é \"x\"" }] });
        var received = await client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = url, WaitTimeSeconds = 0 });
        Assert.Equal("é \"x\"", Assert.Single(received.Messages!).Body);
    }

    private static async Task<string> CodeAsync(LocalSqsServer server, AmazonSQSClient client) =>
        (await Assert.ThrowsAnyAsync<AmazonSQSException>(() => SendAndReceiveAsync(server, client))).ErrorCode;
}
