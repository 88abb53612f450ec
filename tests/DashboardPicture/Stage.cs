using LocalSqs;
using PersistentCacheService.IntegrationTests;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Messages;

namespace DashboardPicture;

/// <summary>A worker with BATCH_SIZE=10 and UPSERT, its queue, its Redis and its Edge API, under a steady load.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private const string QueueName = "updates";
    private const int MessagesPerSecond = 300;
    private const int WebhooksPerSecond = 2; // These carry only an id: the Edge API is asked.
    private const int BrokenPerSecond = 20;
    private const int FetchedCustomers = 20;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly LocalSqsServer _sqs;
    private readonly FakeEdgeApi _edge;

    private Stage(LocalSqsServer sqs, RedisServer redis, FakeEdgeApi edge, WorkerProcess worker)
    {
        _sqs = sqs;
        Redis = redis;
        _edge = edge;
        Worker = worker;
    }

    public RedisServer Redis { get; }

    public WorkerProcess Worker { get; }

    /// <summary>Whether messages come in.</summary>
    public bool IsLoaded { get; set; }

    /// <summary>Whether malformed messages come in besides.</summary>
    public bool IsPoisoned { get; set; }

    /// <summary>Starts all of it; the load is not yet on.</summary>
    public static async Task<Stage> StartAsync()
    {
        var queue = new LocalQueueOptions(QueueName) { VisibilityTimeoutSeconds = 30, DeadLetterQueue = "dead", MaxReceiveCount = 5 };
        var sqs = await LocalSqsServer.StartAsync(new LocalSqsOptions { Queues = [queue] });
        var redis = await RedisServer.StartAsync();
        var edge = await FakeEdgeApi.StartAsync();
        var feature = new FeatureEntitlement(new Feature("sso", "Single sign-on", "BOOLEAN"));
        foreach (var customer in Enumerable.Range(0, FetchedCustomers).Select(Fetched))
        {
            edge.Store(customer, null, StiggMessages.EdgeEntitlements(new EntitlementsMessage { CustomerId = customer, Time = MessageGenerator.BaseTime, Entitlements = [feature] }));
        }

        var worker = await WorkerProcess.StartAsync(
            WorkerEnvironment.For(sqs.QueueUrl(QueueName), redis).With(("EDGE_API_URL", edge.Url), ("SERVER_API_KEY", edge.ApiKey)));
        return new Stage(sqs, redis, edge, worker);
    }

    /// <summary>Sends messages until it is cancelled.</summary>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        using var bodies = new MessageGenerator { StartAt = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() }
            .Generate(int.MaxValue, prime: true).Select(static message => message.Body()).GetEnumerator();
        var (due, webhooksDue, brokenDue, webhooks) = (0.0, 0.0, 0.0, 0);
        var before = TimeProvider.System.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            var now = TimeProvider.System.GetTimestamp();
            var seconds = TimeProvider.System.GetElapsedTime(before, now).TotalSeconds;
            before = now;
            var next = new List<string>();
            for (due += IsLoaded ? seconds * MessagesPerSecond : 0; due >= 1 && bodies.MoveNext(); due--)
            {
                next.Add(bodies.Current);
            }

            for (webhooksDue += IsLoaded ? seconds * WebhooksPerSecond : 0; webhooksDue >= 1; webhooksDue--)
            {
                next.Add(StiggMessages.EntitlementsWebhook(Fetched(webhooks++ % FetchedCustomers)));
            }

            for (brokenDue += IsPoisoned ? seconds * BrokenPerSecond : 0; brokenDue >= 1; brokenDue--)
            {
                next.Add(StiggMessages.Malformed["cut off"]);
            }

            _sqs.Queue(QueueName).Enqueue(next);
            await Task.Delay(Pace, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        await _edge.DisposeAsync();
        await Redis.DisposeAsync();
        await _sqs.DisposeAsync();
    }

    private static string Fetched(int number) => $"fetched-{number}";
}
