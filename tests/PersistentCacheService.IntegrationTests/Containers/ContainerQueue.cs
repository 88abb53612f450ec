using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests.Containers;

/// <summary>A queue of a server that speaks the SQS protocol, filled and counted by hand so that no client stands between.</summary>
internal sealed class ContainerQueue : IDisposable
{
    private readonly HttpClient _http = new();

    private ContainerQueue(string endpoint)
    {
        // Its signature is not looked at; its region is.
        _http.DefaultRequestHeaders.TryAddWithoutValidation(
            "Authorization", "AWS4-HMAC-SHA256 Credential=AKIDTEST/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0");
        _http.BaseAddress = new Uri(endpoint);
        Url = $"{endpoint}/000000000000/drain";
    }

    /// <summary>For QUEUE_URL.</summary>
    public string Url { get; }

    public static async Task<ContainerQueue> CreateAsync(string endpoint)
    {
        var queue = new ContainerQueue(endpoint);
        await queue.CallAsync("CreateQueue", new { QueueName = "drain", Attributes = new { VisibilityTimeout = "5" } });
        return queue;
    }

    public async Task SendAsync(IEnumerable<StiggMessage> messages)
    {
        foreach (var chunk in messages.Chunk(10))
        {
            var answer = await CallAsync(
                "SendMessageBatch", new { QueueUrl = Url, Entries = chunk.Select(static (message, index) => new { Id = $"{index}", MessageBody = message.Body() }) });
            Assert.False(answer.TryGetProperty("Failed", out var failed) && failed.GetArrayLength() > 0, answer.ToString());
        }
    }

    /// <summary>Messages in it, in flight included.</summary>
    public async Task<int> CountAsync()
    {
        var answer = await CallAsync(
            "GetQueueAttributes", new { QueueUrl = Url, AttributeNames = new[] { "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible" } });
        return answer.GetProperty("Attributes").EnumerateObject().Sum(static attribute => int.Parse(attribute.Value.GetString()!, System.Globalization.CultureInfo.InvariantCulture));
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> CallAsync(string operation, object call)
    {
        using var content = new StringContent(JsonSerializer.Serialize(call), Encoding.UTF8, "application/x-amz-json-1.0");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = content };
        request.Headers.Add("X-Amz-Target", "AmazonSQS." + operation);
        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
