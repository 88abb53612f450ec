using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using LocalSqs;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Processes;

namespace Demo;

/// <summary>Everything that runs during the demonstration, on free ports of loopback; disposing ends and removes all of it.</summary>
internal sealed class DemoStack : IAsyncDisposable
{
    public const string Prefix = "demo";

    private const string QueueName = "entitlements";
    private const string DeadLetterQueueName = "entitlements-dead";
    private const string Region = "us-east-1";
    private const string AccessKey = "AKIDEMO";
    private const string SecretKey = "demo-secret";

    private readonly LocalSqsServer _sqs;
    private readonly AmazonSQSClient _sender;
    private readonly HttpClient _http;
    private readonly int _port;

    private DemoStack(LocalSqsServer sqs, DemoRedis redis, FakeEdgeApi edge, ChildProcess worker, int port)
    {
        _sqs = sqs;
        Redis = redis;
        Edge = edge;
        Worker = worker;
        _port = port;
        _sender = new AmazonSQSClient(
            new BasicAWSCredentials(AccessKey, SecretKey), new AmazonSQSConfig { ServiceURL = sqs.ServiceUrl, AuthenticationRegion = Region });
        _http = new HttpClient { BaseAddress = new Uri(Url), Timeout = TimeSpan.FromSeconds(10) };
    }

    public DemoRedis Redis { get; }

    public FakeEdgeApi Edge { get; }

    public ChildProcess Worker { get; }

    public LocalQueue Queue => _sqs.Queue(QueueName);

    private string Url => $"http://127.0.0.1:{_port}";

    public static async Task<DemoStack> StartAsync(CancellationToken cancellationToken)
    {
        // Requests signed with this key only; the other defaults are those of SQS.
        var sqs = await LocalSqsServer.StartAsync(
            new LocalSqsOptions
            {
                Region = Region,
                AccessKey = AccessKey,
                Queues = [new LocalQueueOptions(QueueName) { DeadLetterQueue = DeadLetterQueueName, MaxReceiveCount = 3 }],
            },
            cancellationToken);
        var redis = await DemoRedis.StartAsync();
        var edge = await FakeEdgeApi.StartAsync();
        var port = FreePort.Next();
        var worker = await ChildProcess.StartAsync(new ChildProcessSpec(Path.Combine(AppContext.BaseDirectory, "persistent-cache-service"))
        {
            InheritEnvironment = false,
            Environment = Settings(sqs, redis, edge, port),
        });
        return new DemoStack(sqs, redis, edge, worker, port);
    }

    public void PrintWhatRuns()
    {
        Page.Title("Running");
        Page.Line($"SQS emulator  {_sqs.ServiceUrl}, queue {QueueName}, after 3 receives to {DeadLetterQueueName}");
        Page.Line($"{Redis.Engine,-13} {Redis.Host}:{Redis.Port}{(Redis.IsGarnet ? ", embedded, since redis-server is missing" : string.Empty)}");
        Page.Line($"Edge API      {Edge.Url} (a stand-in)");
        Page.Line($"the worker    {Url}, process {Worker.Id}, policy UPSERT so that an empty cache is filled");
    }

    /// <summary>Sends the messages of an act as another program would, through the SQS protocol.</summary>
    public async Task SendAsync(Act act, CancellationToken cancellationToken)
    {
        var entries = act.Messages.Select(static (message, index) => new SendMessageBatchRequestEntry
        {
            Id = index.ToString(CultureInfo.InvariantCulture),
            MessageBody = message.Body,
        });
        var response = await _sender.SendMessageBatchAsync(
            new SendMessageBatchRequest { QueueUrl = Queue.Url, Entries = [.. entries] }, cancellationToken);
        foreach (var result in response.Successful ?? [])
        {
            act.Sent.Add(new SentMessage(act.Messages[int.Parse(result.Id!, CultureInfo.InvariantCulture)], result.MessageId!));
        }
    }

    /// <summary>Whether /readyz turns 200 in time.</summary>
    public async Task<bool> BecomesReadyAsync(TimeSpan deadline)
    {
        try
        {
            await Eventually.HoldsAsync(async () => Worker.HasExited || (await GetAsync("/readyz")).Status == 200, "/readyz answers 200", deadline);
        }
        catch (TimeoutException)
        {
            return false;
        }

        return !Worker.HasExited;
    }

    /// <summary>Status and body of one of the worker's pages; status 0 when it does not answer.</summary>
    public async Task<(int Status, string Body)> GetAsync(string path)
    {
        try
        {
            using var response = await _http.GetAsync(path);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException exception)
        {
            return (0, exception.Message);
        }
    }

    /// <summary>Asks the worker to end and returns its exit code, null when it does not end in time.</summary>
    public async Task<int?> StopWorkerAsync(TimeSpan deadline)
    {
        Worker.Send(Signal.Terminate);
        try
        {
            return await Worker.WaitForExitAsync(deadline);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    public void PrintHowToGoOn()
    {
        var body = new JsonArray("""{"type":"usageUpdatedV2","customerId":"acme","entitlementReference":{"type":"FEATURE","id":"api-calls"},"usage":{"currentUsage":777}}""");
        Page.Title("It keeps running until Ctrl-C");
        Page.Line("send more (a JSON array of bodies; without a time of its own a message counts as sent now):");
        Page.Line($"  curl -s '{_sqs.ControlUrl}/push?queue={QueueName}' --data-binary '{body.ToJsonString(Page.ReadableJson)}'");
        Page.Line("look:");
        Page.Line($"  redis-cli -p {Redis.Port} get {Prefix}:c_acme:f_api-calls");
        Page.Line($"  redis-cli -p {Redis.Port} --scan");
        Page.Line($"  curl -s {Url}/readyz; curl -s {Url}/metrics");
        Page.Line($"  curl -s '{_sqs.ControlUrl}/messages?queue={DeadLetterQueueName}'");
    }

    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        _http.Dispose();
        _sender.Dispose();
        await Edge.DisposeAsync();
        await Redis.DisposeAsync();
        await _sqs.DisposeAsync();
    }

    private static Dictionary<string, string?> Settings(LocalSqsServer sqs, DemoRedis redis, FakeEdgeApi edge, int port) => new()
    {
        ["AWS_REGION"] = Region,
        ["AWS_ACCESS_KEY_ID"] = AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = SecretKey,
        ["QUEUE_URL"] = sqs.QueueUrl(QueueName),
        ["BATCH_SIZE"] = "10",
        ["CACHE_UPDATE_POLICY"] = "UPSERT",
        ["ENVIRONMENT_PREFIX"] = Prefix,
        ["REDIS_HOST"] = redis.Host,
        ["REDIS_PORT"] = redis.Port.ToString(CultureInfo.InvariantCulture),
        ["EDGE_API_URL"] = edge.Url,
        ["SERVER_API_KEY"] = edge.ApiKey,
        ["DISABLE_SENTRY"] = "1",
        ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
        ["LOG_LEVEL"] = "debug",
    };
}
