using System.Globalization;
using System.Net;

namespace LocalSqs.Tests;

public sealed class RequestCheckTests : LocalSqsTest
{
    private const string Credential = "AWS4-HMAC-SHA256 Credential=AKIDLOCAL/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0";

    protected override LocalSqsOptions Options => new() { AccessKey = "AKIDLOCAL", SessionToken = "token" };

    [Theory]
    [InlineData(Credential, "token", 0, null)]
    [InlineData(Credential, "token", 4, null)]
    [InlineData(Credential, "token", -4, null)]
    [InlineData(Credential, "token", 20, "InvalidSignatureException")]
    [InlineData(Credential, "token", -20, "InvalidSignatureException")]
    [InlineData(Credential, "token", null, "IncompleteSignatureException")]
    [InlineData(Credential, "another", 0, "UnrecognizedClientException")]
    [InlineData(Credential, null, 0, "UnrecognizedClientException")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDLOCAL2/20260101/us-east-1/sqs/aws4_request", "token", 0, "UnrecognizedClientException")]
    [InlineData(null, "token", 0, "MissingAuthenticationTokenException")]
    public async Task A_request_needs_the_key_the_token_and_a_time_near_the_servers(string? authorization, string? token, int? serverAheadMinutes, string? type)
    {
        Server.Faults.ClockOffset = TimeSpan.FromMinutes(serverAheadMinutes ?? 0);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, Server.ServiceUrl) { Content = new StringContent("""{"QueueName":"q"}""") };
        request.Headers.Add("X-Amz-Target", "AmazonSQS.GetQueueUrl");
        Add("Authorization", authorization);
        Add("X-Amz-Security-Token", token);
        Add("X-Amz-Date", serverAheadMinutes is null ? null : Time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        using var response = await http.SendAsync(request);
        Assert.Equal(type is null ? HttpStatusCode.OK : HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains(type ?? "QueueUrl", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        void Add(string name, string? value) => _ = value is null || request.Headers.TryAddWithoutValidation(name, value);
    }
}
