using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalSqs;
using TestKit;
using TestKit.EdgeApi;

namespace PersistentCacheService.IntegrationTests.Tracing;

/// <summary>A queue, a Redis, the Edge API and a collector, for a worker that traces.</summary>
internal sealed class TracedWorld : IAsyncDisposable
{
    private readonly HttpClient _http = new();

    private TracedWorld(RedisServer redis, LocalSqsServer sqs, FakeEdgeApi edge, OtlpReceiver collector)
    {
        (Redis, Sqs, Edge, Collector) = (redis, sqs, edge, collector);
        Queue = sqs.CreateQueue(new LocalQueueOptions("q") { VisibilityTimeoutSeconds = 30 });
    }

    public RedisServer Redis { get; }

    public LocalSqsServer Sqs { get; }

    public LocalQueue Queue { get; }

    public FakeEdgeApi Edge { get; }

    public OtlpReceiver Collector { get; }

    public static async Task<TracedWorld> StartAsync(bool speaksGrpc = false)
    {
        Prerequisite.RedisServer.Demand();
        return new TracedWorld(await RedisServer.StartAsync(), await LocalSqsServer.StartAsync(), await FakeEdgeApi.StartAsync(), await OtlpReceiver.StartAsync(speaksGrpc));
    }

    /// <summary>Starts a worker whose spans come within a fifth of a second.</summary>
    public Task<WorkerProcess> WorkerAsync(params (string Name, string? Value)[] settings) => WorkerProcess.StartAsync(WorkerEnvironment.For(Queue.Url, Redis).With(
        [
            ("EDGE_API_URL", Edge.Url), ("SERVER_API_KEY", Edge.ApiKey), ("LOG_LEVEL", "debug"), ("OTEL_EXPORTER_OTLP_ENDPOINT", Collector.Url),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_TRACES_EXPORTER", "otlp"), ("OTEL_BSP_SCHEDULE_DELAY", "200"), ("OTEL_METRIC_EXPORT_INTERVAL", "200"), .. settings,
        ]));

    /// <summary>Sends a message with String attributes and a trace header.</summary>
    public async Task<string> SendAsync(string body, string? traceHeader = null, params (string Name, string Value)[] attributes)
    {
        using var content = JsonContent.Create(
            Request(Queue.Url, body, traceHeader, attributes), new("application/x-amz-json-1.0"), JsonSerializerOptions.Default);
        content.Headers.Add("X-Amz-Target", "AmazonSQS.SendMessage");
        using var response = await _http.PostAsync(new Uri(Sqs.ServiceUrl), content);
        return (string)JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!["MessageId"]!;
    }

    /// <summary>A SendMessage request.</summary>
    public static JsonObject Request(string queueUrl, string body, string? traceHeader, params (string Name, string Value)[] attributes)
    {
        var request = new JsonObject { ["QueueUrl"] = queueUrl, ["MessageBody"] = body };
        if (attributes.Length > 0)
        {
            request["MessageAttributes"] = new JsonObject(attributes.Select(static attribute => KeyValuePair.Create(attribute.Name, (JsonNode?)Text(attribute.Value))));
        }

        if (traceHeader is not null)
        {
            request["MessageSystemAttributes"] = new JsonObject { ["AWSTraceHeader"] = Text(traceHeader) };
        }

        return request;

        static JsonObject Text(string value) => new() { ["DataType"] = "String", ["StringValue"] = value };
    }

    /// <summary>Waits until the queue is empty.</summary>
    public Task DrainedAsync(WorkerProcess worker) => worker.WaitAsync(() => Task.FromResult(Queue.Counts.Total == 0), "all messages are deleted");

    /// <summary>Waits for a span of each of these names and returns all spans of the message.</summary>
    public async Task<IReadOnlyList<CollectedSpan>> TraceOfAsync(WorkerProcess worker, string messageId, params string[] names)
    {
        IReadOnlyList<CollectedSpan> spans = [];
        await worker.WaitAsync(
            () =>
            {
                var all = Collector.Spans;
                var trace = all.FirstOrDefault(span => span.Attributes.GetValueOrDefault("messaging.message.id") == messageId)?.TraceId;
                spans = [.. all.Where(span => span.TraceId == trace)];
                return Task.FromResult(names.All(name => spans.Any(span => span.Name == name)));
            },
            $"the collector has {string.Join(", ", names)} of the message's trace");
        return spans;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Collector.DisposeAsync();
        await Edge.DisposeAsync();
        await Sqs.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
