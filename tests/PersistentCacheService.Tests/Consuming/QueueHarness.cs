using Amazon.Runtime;
using Amazon.SQS;
using LocalSqs;
using PersistentCacheService.Consuming;
using PersistentCacheService.Observability;
using PersistentCacheService.Settings;
using TestKit;

namespace PersistentCacheService.Tests.Consuming;

/// <summary>A real queue with the worker's own parts around it.</summary>
internal sealed class QueueHarness : IAsyncDisposable
{
    private readonly AmazonSQSClient _client;

    private QueueHarness(LocalSqsServer server, LocalQueue queue)
    {
        Server = server;
        Queue = queue;
        _client = new AmazonSQSClient(new BasicAWSCredentials("key", "secret"), new AmazonSQSConfig { ServiceURL = server.ServiceUrl, AuthenticationRegion = "us-east-1" });
        Settings = new QueueSettings
        {
            Region = "us-east-1",
            Url = new Uri(queue.Url),
            BatchSize = 10,
            Consumers = 1,
            MaxInFlight = 100,
            WaitTime = TimeSpan.Zero,
        };
        Health = new QueueHealth(TimeProvider.System, Logs.Logger<QueueHealth>());
        Properties = new QueueProperties(Settings);
        Consumed = new ConsumedQueue(_client, Settings, Health, Metrics);
        Limiter = new InFlightLimiter(Settings.MaxInFlight, asideLimit: 4);
        Acknowledger = new Acknowledger(Consumed, Limiter, Metrics, TimeProvider.System, static () => 0.5, Logs.Logger<Acknowledger>());
        Returner = new VisibilityReturner(Consumed, Limiter, Metrics, TimeProvider.System, Logs.Logger<VisibilityReturner>());
    }

    public LocalSqsServer Server { get; }

    public LocalQueue Queue { get; }

    public CapturedLogs Logs { get; } = new();

    public ServiceMetrics Metrics { get; } = new(new MetricsPage());

    public QueueSettings Settings { get; }

    public QueueProperties Properties { get; }

    public QueueHealth Health { get; }

    public ConsumedQueue Consumed { get; }

    public InFlightLimiter Limiter { get; }

    public Acknowledger Acknowledger { get; }

    public VisibilityReturner Returner { get; }

    public static async Task<QueueHarness> StartAsync(int messages)
    {
        var server = await LocalSqsServer.StartAsync();
        var queue = server.CreateQueue("q");
        queue.Enqueue(Enumerable.Range(0, messages).Select(static number => $"message {number}"));
        return new QueueHarness(server, queue);
    }

    /// <summary>Receives up to ten messages that hold a permit each.</summary>
    public async Task<ReceivedMessage[]> ReceiveAsync(TimeSpan handleLife)
    {
        var response = await Consumed.ReceiveAsync(CancellationToken.None);
        Assert.True(await Limiter.TryTakeAsync(response.Messages!.Count, TimeSpan.Zero, TimeProvider.System, CancellationToken.None));
        return new ReceivedBatch(response, handleLife, TimeProvider.System, CancellationToken.None).Messages;
    }

    public async ValueTask DisposeAsync()
    {
        await Acknowledger.DisposeAsync();
        await Returner.DisposeAsync();
        _client.Dispose();
        Logs.Dispose();
        await Server.DisposeAsync();
    }
}
