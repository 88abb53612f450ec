using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using TestKit.Processes;

namespace TestKit;

/// <summary>fauxqs, an SQS emulator that is not ours (npm), as a child process on a free port of loopback. It checks no signatures and knows no faults; what it proves is that we do not only talk to ourselves.</summary>
public sealed class FauxqsServer : IAsyncDisposable
{
    private const int BodiesPerPush = 1000; // Far below the emulator's request limit of 11 MiB with the largest bodies we generate (8 kB).

    private readonly ChildProcess _process;
    private readonly HttpClient _http;

    private FauxqsServer(ChildProcess process, int port)
    {
        _process = process;
        ServiceUrl = $"http://127.0.0.1:{port}";
        _http = new HttpClient { BaseAddress = new Uri(ServiceUrl) };
    }

    /// <summary>Endpoint of the emulator; there is no other name for it in its queue URLs.</summary>
    public string ServiceUrl { get; }

    /// <summary>Region of the emulator's queues.</summary>
    public string Region => "us-east-1";

    /// <summary>Starts the emulator; the first use on a machine installs it. Skips the test (fails in CI) when there is no npm.</summary>
    public static async Task<FauxqsServer> StartAsync()
    {
        var directory = await NpmPackage.InstalledAsync("fauxqs");
        var process = await ChildProcess.StartAsync(new ChildProcessSpec("node", "server.mjs") { WorkingDirectory = directory });
        var line = await process.WaitForLineAsync(static line => line.StartsWith('{'), "its port");
        return new FauxqsServer(process, JsonNode.Parse(line)!["port"]!.GetValue<int>());
    }

    /// <summary>URL of a queue, existing or not.</summary>
    public string QueueUrl(string queue) => $"{ServiceUrl}/000000000000/{queue}";

    /// <summary>Creates a queue and returns its URL.</summary>
    /// <param name="queue">Name; ends in <c>.fifo</c> for a FIFO queue.</param>
    /// <param name="attributes">SQS attributes, e.g. VisibilityTimeout or RedrivePolicy.</param>
    public async Task<string> CreateQueueAsync(string queue, IReadOnlyDictionary<string, string>? attributes = null)
    {
        var all = new Dictionary<string, string>(attributes ?? new Dictionary<string, string>());
        if (queue.EndsWith(".fifo", StringComparison.Ordinal))
        {
            all["FifoQueue"] = "true";
        }

        var answer = await CallAsync("CreateQueue", new { QueueName = queue, Attributes = all });
        return answer["QueueUrl"]!.GetValue<string>();
    }

    /// <summary>Puts messages into a queue directly, without the cost of SendMessageBatch.</summary>
    public async Task PushAsync(string queue, IEnumerable<string> bodies)
    {
        foreach (var chunk in bodies.Chunk(BodiesPerPush))
        {
            using var response = await _http.PostAsJsonAsync($"/_test/push?queue={queue}", chunk);
            response.EnsureSuccessStatusCode();
        }
    }

    /// <summary>What the queue still holds, visible or in flight.</summary>
    public async Task<IReadOnlyList<QueuedMessage>> LeftAsync(string queue) =>
        await _http.GetFromJsonAsync<List<QueuedMessage>>($"/_test/left?queue={queue}", JsonSerializerOptions.Web) ?? [];

    /// <summary>Calls an operation of the JSON protocol and returns its answer.</summary>
    /// <exception cref="InvalidOperationException">The emulator answered with an error; the message is its body.</exception>
    public async Task<JsonNode> CallAsync(string operation, object request)
    {
        using var content = JsonContent.Create(request, new("application/x-amz-json-1.0"), JsonSerializerOptions.Default);
        content.Headers.Add("X-Amz-Target", $"AmazonSQS.{operation}");
        using var response = await _http.PostAsync("/", content);
        var body = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(body.Length == 0 ? "{}" : body)!
            : throw new InvalidOperationException($"{operation}: {(int)response.StatusCode} {body}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    /// <summary>A message a queue holds.</summary>
    public sealed record QueuedMessage(string Body, int ReceiveCount);
}
