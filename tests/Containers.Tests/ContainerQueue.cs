using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TestKit.Messages;

namespace Containers.Tests;

/// <summary>A queue of a server that speaks SQS's protocol, with its dead-letter queue; filled and counted without any client's help.</summary>
internal sealed class ContainerQueue : IDisposable
{
    private const int LargestBatch = 10;
    private const string Account = "000000000000"; // both servers' only one

    private static readonly string[] CountAttributes = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];

    private readonly HttpClient _http = new();
    private readonly string _deadLetters;

    private ContainerQueue(Uri server, string name)
    {
        // Nobody checks the signature; LocalStack takes the region from it.
        _http.DefaultRequestHeaders.TryAddWithoutValidation(
            "Authorization", "AWS4-HMAC-SHA256 Credential=AKIDTEST/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0");
        _http.BaseAddress = server;
        Url = new Uri(server, $"{Account}/{name}").ToString();
        _deadLetters = Url + "-dead";
    }

    /// <summary>For QUEUE_URL.</summary>
    public string Url { get; }

    /// <summary>Creates both.</summary>
    public static async Task<ContainerQueue> CreateAsync(Uri server, TimeSpan visibilityTimeout, int maxReceiveCount)
    {
        var name = $"queue-{Guid.NewGuid():N}";
        var queue = new ContainerQueue(server, name);
        await queue.CallAsync("CreateQueue", new { QueueName = name + "-dead" });
        var redrive = new JsonObject { ["deadLetterTargetArn"] = $"arn:aws:sqs:us-east-1:{Account}:{name}-dead", ["maxReceiveCount"] = maxReceiveCount };
        await queue.CallAsync("CreateQueue", new
        {
            QueueName = name,
            Attributes = new { VisibilityTimeout = visibilityTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture), RedrivePolicy = redrive.ToJsonString() },
        });
        return queue;
    }

    /// <summary>Sends messages.</summary>
    public Task SendAsync(IEnumerable<StiggMessage> messages) => SendAsync(messages.Select(static message => message.Body()));

    /// <summary>Sends bodies.</summary>
    public async Task SendAsync(params IEnumerable<string> bodies)
    {
        foreach (var batch in bodies.Chunk(LargestBatch))
        {
            var entries = batch.Select(static (body, index) => new { Id = index.ToString(CultureInfo.InvariantCulture), MessageBody = body });
            var answer = await CallAsync("SendMessageBatch", new { QueueUrl = Url, Entries = entries });
            Assert.False(answer.TryGetProperty("Failed", out var failed) && failed.GetArrayLength() > 0, answer.ToString());
        }
    }

    /// <summary>Messages in it, in flight included.</summary>
    public Task<int> CountAsync() => CountAsync(Url);

    /// <summary>Dead letters.</summary>
    public Task<int> CountDeadLettersAsync() => CountAsync(_deadLetters);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<int> CountAsync(string url)
    {
        var answer = await CallAsync("GetQueueAttributes", new { QueueUrl = url, AttributeNames = CountAttributes });
        return answer.GetProperty("Attributes").EnumerateObject().Sum(static attribute => int.Parse(attribute.Value.GetString()!, CultureInfo.InvariantCulture));
    }

    private async Task<JsonElement> CallAsync(string operation, object call)
    {
        using var content = new StringContent(JsonSerializer.Serialize(call), Encoding.UTF8, "application/x-amz-json-1.0");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = content };
        request.Headers.Add("X-Amz-Target", "AmazonSQS." + operation);
        using var response = await _http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"{operation}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        var answer = await response.Content.ReadAsStringAsync();
        return answer.Length == 0 ? default : JsonElement.Parse(answer);
    }
}
