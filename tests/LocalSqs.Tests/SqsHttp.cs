using System.Net;
using System.Text;
using System.Text.Json;

namespace LocalSqs.Tests;

/// <summary>The SQS protocol spoken by hand: what goes over the wire is what a test writes.</summary>
internal sealed class SqsHttp : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly string _serviceUrl;

    public SqsHttp(LocalSqsServer server) => _serviceUrl = server.ServiceUrl;

    /// <summary>Calls an operation with an object as JSON.</summary>
    public Task<SqsReply> CallAsync(string operation, object request, CancellationToken cancellationToken = default) =>
        CallRawAsync(operation, JsonSerializer.Serialize(request), cancellationToken);

    /// <summary>Calls an operation with a body as it is.</summary>
    public async Task<SqsReply> CallRawAsync(string operation, string body, CancellationToken cancellationToken = default)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/x-amz-json-1.0");
        using var request = new HttpRequestMessage(HttpMethod.Post, _serviceUrl + "/") { Content = content };
        request.Headers.Add("X-Amz-Target", "AmazonSQS." + operation);
        using var response = await _http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return new SqsReply(
            response.StatusCode,
            response.Headers.Concat(response.Content.Headers).ToDictionary(static header => header.Key, static header => header.Value.First(), StringComparer.OrdinalIgnoreCase),
            text);
    }

    /// <summary>Calls an operation that must succeed.</summary>
    public async Task<JsonElement> OkAsync(string operation, object request, CancellationToken cancellationToken = default)
    {
        var reply = await CallAsync(operation, request, cancellationToken);
        Assert.True(reply.Status == HttpStatusCode.OK, $"{operation}: {reply.Status} {reply.Text}");
        return reply.Json;
    }

    /// <summary>Calls an operation that must fail, and checks how.</summary>
    public async Task<SqsReply> FailsAsync(string operation, object request, string type, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        var reply = await CallAsync(operation, request);
        Assert.Equal((status, type), (reply.Status, reply.ErrorType));
        return reply;
    }

    /// <summary>Sends a body and returns its message id.</summary>
    public async Task<string> SendAsync(string queueUrl, string body) =>
        (await OkAsync("SendMessage", new { QueueUrl = queueUrl, MessageBody = body })).GetProperty("MessageId").GetString()!;

    /// <summary>Receives without waiting; all system attributes are asked for.</summary>
    public async Task<List<JsonElement>> ReceiveAsync(string queueUrl, int maximum = 10, int? visibility = null)
    {
        var request = new Dictionary<string, object>
        {
            ["QueueUrl"] = queueUrl,
            ["MaxNumberOfMessages"] = maximum,
            ["MessageSystemAttributeNames"] = new[] { "All" },
        };
        if (visibility is not null)
        {
            request["VisibilityTimeout"] = visibility;
        }

        return Messages(await OkAsync("ReceiveMessage", request));
    }

    /// <summary>Deletes one message.</summary>
    public Task<JsonElement> DeleteAsync(string queueUrl, string handle) => OkAsync("DeleteMessage", new { QueueUrl = queueUrl, ReceiptHandle = handle });

    /// <summary>The messages of a receive's answer.</summary>
    public static List<JsonElement> Messages(JsonElement reply) => reply.TryGetProperty("Messages", out var messages) ? [.. messages.EnumerateArray()] : [];

    public void Dispose() => _http.Dispose();
}
