using System.Globalization;
using System.Text;
using Amazon;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using PersistentCacheService.Sqs.Signing;
using PersistentCacheService.Sqs.Transport;

namespace PersistentCacheService.Sqs.Tests.Transport;

public sealed class RequestTests
{
    [Fact]
    public async Task Request_is_the_json_protocol_signed_with_the_session()
    {
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Json("{}"));
        using var client = server.Client();
        var response = await client.DeleteMessageBatchAsync(new() { QueueUrl = server.QueueUrl, Entries = [new() { Id = "0", ReceiptHandle = "h" }] });
        Assert.Equal("req-1", response.ResponseMetadata.RequestId);

        var request = Assert.Single(server.Requests);
        Assert.Equal("POST", request.Method);
        Assert.Equal("/", request.Path);
        Assert.Equal("application/x-amz-json-1.0", request.Headers["Content-Type"]);
        Assert.Equal("AmazonSQS.DeleteMessageBatch", request.Headers["X-Amz-Target"]);
        Assert.Equal("the-token", request.Headers["X-Amz-Security-Token"]);
        Assert.Equal($$"""{"QueueUrl":"{{server.QueueUrl}}","Entries":[{"Id":"0","ReceiptHandle":"h"}]}""", request.Body);
        Assert.False(request.Headers.ContainsKey("traceparent"));
        Assert.Equal(ExpectedAuthorization(request), request.Headers["Authorization"]);
    }

    [Fact]
    public async Task Service_url_wins_over_the_queue_urls_origin()
    {
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Json("{}"));
        using var client = server.Client(config => config.ServiceURL = server.ServiceUrl);
        await client.GetQueueAttributesAsync(new() { QueueUrl = "https://sqs.eu-west-1.amazonaws.com/123456789012/q" });
        Assert.Equal("""{"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/123456789012/q"}""", Assert.Single(server.Requests).Body);
    }

    [Theory]
    [InlineData("eu-west-1", "https://sqs.eu-west-1.amazonaws.com/")]
    [InlineData("cn-north-1", "https://sqs.cn-north-1.amazonaws.com.cn/")]
    [InlineData("us-gov-west-1", "https://sqs.us-gov-west-1.amazonaws.com/")]
    [InlineData("eu-future-9", "https://sqs.eu-future-9.amazonaws.com/")]
    public void Request_without_any_url_goes_to_the_regions_endpoint(string region, string expected) =>
        Assert.Equal(expected, new SqsEndpoints(new AmazonSQSConfig { RegionEndpoint = RegionEndpoint.GetBySystemName(region) }).For(null).Uri.ToString());

    [Theory]
    [InlineData("https://sqs.eu-west-1.amazonaws.com/123/q", "https://sqs.eu-west-1.amazonaws.com/", "sqs.eu-west-1.amazonaws.com")]
    [InlineData("https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com:8443/123/q", "https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com:8443/", "vpce-1.sqs.eu-west-1.vpce.amazonaws.com:8443")]
    [InlineData("http://[::1]:9324/000000000000/q", "http://[::1]:9324/", "[::1]:9324")]
    public void Queue_urls_origin_is_the_endpoint(string queueUrl, string uri, string host)
    {
        var endpoints = new SqsEndpoints(new AmazonSQSConfig { RegionEndpoint = RegionEndpoint.EUWest1 });
        for (var time = 0; time < 2; time++)
        {
            var endpoint = endpoints.For(queueUrl);
            Assert.Equal(uri, endpoint.Uri.ToString());
            Assert.Equal(host, endpoint.Host);
        }
    }

    [Fact]
    public void Endpoint_that_is_none_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new SqsEndpoints(new AmazonSQSConfig { ServiceURL = "localhost:4566" }));
        Assert.Throws<ArgumentException>(() => new SqsEndpoints(new AmazonSQSConfig { ServiceURL = "http://localhost:4566/sqs" }));
        Assert.Throws<ArgumentException>(() => new SqsEndpoints(new AmazonSQSConfig()).For(null));
        Assert.Throws<ArgumentException>(() => new SqsEndpoints(new AmazonSQSConfig()).For("my-queue"));
        Assert.Throws<ArgumentException>(() => new AmazonSQSClient(new AmazonSQSConfig()));
    }

    [Fact]
    public async Task Calls_share_their_connections()
    {
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Json("{}"));
        using var client = server.Client();
        for (var call = 0; call < 5; call++)
        {
            using var response = await client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = server.QueueUrl, WaitTimeSeconds = 0 });
        }

        Assert.Equal(5, server.Requests.Count);
        Assert.Single(server.Requests.Select(static request => request.Connection).Distinct());
    }

    private static string ExpectedAuthorization(ScriptedSqs.ReceivedRequest request)
    {
        var time = DateTimeOffset.ParseExact(request.Headers["X-Amz-Date"], SigV4.TimestampFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return new SqsRequestSigner("eu-west-1").Sign(
            new ImmutableCredentials("AKIDTEST", "the-secret", "the-token"),
            time,
            request.Headers["Host"],
            Encoding.ASCII.GetBytes(request.Headers["X-Amz-Target"]),
            Encoding.UTF8.GetBytes(request.Body)).Authorization;
    }
}
