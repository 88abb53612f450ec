using Amazon.Runtime;
using Amazon.SQS;
using EntitlementCache.Observability;
using LocalSqs;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Settings;
using PersistentCacheService.Tracing;
using TestKit;

namespace PersistentCacheService.Tests.Queue;

/// <summary>A real queue with the worker's own parts around it.</summary>
internal sealed class QueueHarness : IAsyncDisposable
{
    private readonly IAmazonSQS _client;

    private QueueHarness(LocalSqsServer server, LocalQueue queue, TimeProvider time)
    {
        Server = server;
        Queue = queue;
        Settings = new QueueSettings
        {
            Region = "us-east-1",
            Url = new Uri(queue.Url),
            BatchSize = 10,
            Consumers = 1,
            MaxInFlight = 100,
            WaitTime = TimeSpan.Zero,
        };
        _client = SqsClient.Create(Settings, new BasicAWSCredentials("key", "secret"));
        Phases = new ShutdownPhases(Lifetime, time);
        Health = new QueueHealth(time, Logs.Logger<QueueHealth>());
        Properties = new QueueProperties(Settings);
        Time = time;
        Consumed = Consume(_client);
        Permits = new InFlightLimiter(Settings.MaxInFlight, asideLimit: 4);
        Settler = new Settler(
            Consumed, Permits, new SettlementRules(Settings, Properties, Phases, static () => 0.5), Metrics, time, static () => 0.5, Logs.Logger<Settler>());
    }

    public LocalSqsServer Server { get; }

    public LocalQueue Queue { get; }

    public CapturedLogs Logs { get; } = new();

    public ServiceMetrics Metrics { get; } = new(new MetricsPage());

    public QueueSettings Settings { get; }

    public QueueProperties Properties { get; }

    public QueueHealth Health { get; }

    public ConsumedQueue Consumed { get; }

    public InFlightLimiter Permits { get; }

    public Settler Settler { get; }

    public ApplicationLifetime Lifetime { get; } = new(NullLogger<ApplicationLifetime>.Instance);

    public ShutdownPhases Phases { get; }

    public static async Task<QueueHarness> StartAsync(int messages, TimeProvider? time = null, string queueName = "q")
    {
        var server = await LocalSqsServer.StartAsync();
        var queue = server.CreateQueue(queueName);
        if (messages > 0)
        {
            queue.Enqueue(Enumerable.Range(0, messages).Select(static number => $"message {number}"));
        }

        return new QueueHarness(server, queue, time ?? TimeProvider.System);
    }

    private TimeProvider Time { get; }

    /// <summary>The worker's calls, made by another client.</summary>
    public ConsumedQueue Consume(IAmazonSQS client)
    {
        var tracer = new QueueTracer(Settings, new SpanSource(sampling: null), static () => 0.5, Time);
        return new ConsumedQueue(client, Settings, new Intake(Settings, Properties, Phases, tracer, Time), Health, Metrics, tracer, Time);
    }

    /// <summary>Receives up to ten messages that hold a permit each.</summary>
    public async Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(TimeSpan? visibilityTimeout = null)
    {
        Properties.SetOwnVisibilityTimeout(visibilityTimeout ?? TimeSpan.FromSeconds(30));
        var messages = await Consumed.ReceiveAsync(CancellationToken.None);
        Assert.True(await Permits.TryTakeAsync(messages.Count, 0, TimeSpan.Zero, TimeProvider.System, CancellationToken.None));
        return messages;
    }

    public async ValueTask DisposeAsync()
    {
        await Settler.DisposeAsync();
        _client.Dispose();
        Phases.Dispose();
        Logs.Dispose();
        await Server.DisposeAsync();
    }
}
