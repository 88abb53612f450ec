using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.SQS;
using LocalSqs;
using PersistentCacheService.Commands.DeadLetters;

namespace PersistentCacheService.IntegrationTests.DeadLetters;

/// <summary>The emulator with a queue and its dead-letter queue, filled the way SQS fills it: by receiving messages too often.</summary>
internal sealed class DeadLetterWorld : IAsyncDisposable
{
    private readonly HttpClient _http = new();

    private DeadLetterWorld(LocalSqsServer sqs, string suffix)
    {
        Sqs = sqs;
        sqs.CreateQueue("stigg-dlq" + suffix);
        Main = sqs.CreateQueue(new LocalQueueOptions("stigg" + suffix) { DeadLetterQueue = "stigg-dlq" + suffix, MaxReceiveCount = 1 });
        Dead = sqs.Queue("stigg-dlq" + suffix);
    }

    public LocalSqsServer Sqs { get; }

    public LocalQueue Main { get; }

    public LocalQueue Dead { get; }

    /// <summary>Variables of a process that has the queue and nothing else.</summary>
    public Dictionary<string, string?> Environment => new()
    {
        ["AWS_REGION"] = "us-east-1",
        ["AWS_ACCESS_KEY_ID"] = "AKIDTEST",
        ["AWS_SECRET_ACCESS_KEY"] = "secret-access-key-7b0e",
        ["QUEUE_URL"] = Main.Url,
    };

    public static async Task<DeadLetterWorld> StartAsync(bool fifo = false) => new(await LocalSqsServer.StartAsync(), fifo ? ".fifo" : "");

    /// <summary>Runs <c>dlq</c>.</summary>
    public Task<FinishedProcess> RunAsync(params string[] arguments) => WorkerProcess.RunAsync(Environment, ["dlq", .. arguments]);

    /// <summary>Runs <c>dlq ... --json</c>, which must succeed.</summary>
    public async Task<JsonNode> JsonAsync(params string[] arguments)
    {
        var run = await RunAsync([.. arguments, "--json"]);
        Assert.True(run.ExitCode == 0, run.Printed);
        return JsonNode.Parse(run.Output)!;
    }

    /// <summary>The dead-letter queue as the commands use it, in this process.</summary>
    public DeadLetterQueue Open()
    {
        var client = new AmazonSQSClient(new BasicAWSCredentials("AKIDTEST", "secret-access-key-7b0e"), new AmazonSQSConfig { ServiceURL = Sqs.ServiceUrl, AuthenticationRegion = "us-east-1" });
        return new DeadLetterQueue(client, new Uri(Dead.Url), new Uri(Main.Url), TimeProvider.System);
    }

    /// <summary>Puts bodies into the main queue and lets it give them up.</summary>
    public Task GiveUpAsync(params IEnumerable<string> bodies)
    {
        Main.Enqueue(bodies);
        return GiveUpAllAsync();
    }

    /// <summary>Lets the main queue give up all it has.</summary>
    public async Task GiveUpAllAsync()
    {
        while (Main.Counts.Total > 0)
        {
            await CallAsync("ReceiveMessage", new { QueueUrl = Main.Url, MaxNumberOfMessages = 10, VisibilityTimeout = 0 });
        }
    }

    /// <summary>Calls an operation of the protocol.</summary>
    public async Task<JsonNode> CallAsync(string operation, object request)
    {
        using var content = JsonContent.Create(request, new("application/x-amz-json-1.0"), System.Text.Json.JsonSerializerOptions.Default);
        content.Headers.Add("X-Amz-Target", $"AmazonSQS.{operation}");
        using var response = await _http.PostAsync(new Uri(Sqs.ServiceUrl), content);
        return JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync()) ?? new JsonObject();
    }

    /// <summary>A usage message; without a time it takes that of its sending.</summary>
    public static string Usage(string customerId, int usage, long? time = 1_777_629_600_000) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"type":"usageUpdatedV2","customerId":"{{{customerId}}}","entitlementReference":{"type":"FEATURE","id":"f"},"usage":{"currentUsage":{{{usage}}}{{{(time is { } at ? $",\"usageUpdatedAt\":{at}" : "")}}}}}""");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Sqs.DisposeAsync();
    }
}
