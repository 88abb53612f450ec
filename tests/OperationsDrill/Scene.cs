using System.Globalization;
using LocalSqs;
using PersistentCacheService.IntegrationTests;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Faults;
using TestKit.Messages;

namespace OperationsDrill;

/// <summary>Everything one accident happens to: a worker with BATCH_SIZE=10 and UPSERT, its queue, its Redis and its Edge API, under a trickle of messages.</summary>
internal sealed class Scene : IAsyncDisposable
{
    public const string QueueName = "updates";

    private const int FullMessagesAtOnce = 3;
    private const int WebhooksAtOnce = 2;
    private const int BrokenAtOnce = 21; // With three that are whole: seven in eight.

    private static readonly TimeSpan LoadInterval = TimeSpan.FromSeconds(2);

    private static readonly Feature SingleSignOn = new("sso", "Single sign-on", "BOOLEAN");

    private readonly Accident _accident;
    private readonly string _directory = Directory.CreateTempSubdirectory("operations-drill-").FullName;
    private FakeEdgeApi _edge = null!;
    private int _webhooks;
    private int _sent;

    private Scene(Accident accident) => _accident = accident;

    public LocalSqsServer Sqs { get; private set; } = null!;

    public RedisServer Redis { get; private set; } = null!;

    public FaultProxy WayToEdge { get; private set; } = null!;

    /// <summary>Whether most messages are broken.</summary>
    public bool IsFlooded { get; set; }

    public WorkerProcess Worker { get; private set; } = null!;

    private string CredentialsFile => Path.Combine(_directory, "credentials");

    /// <summary>Starts all of it.</summary>
    public static async Task<Scene> StartAsync(Accident accident)
    {
        var scene = new Scene(accident);
        scene.Sqs = await LocalSqsServer.StartAsync(new LocalSqsOptions
        {
            Queues = [new LocalQueueOptions(QueueName) { VisibilityTimeoutSeconds = 30, DeadLetterQueue = "dead", MaxReceiveCount = 5 }],
        });
        scene.Redis = await RedisServer.StartAsync();
        scene._edge = await FakeEdgeApi.StartAsync();
        scene.WayToEdge = FaultProxy.Start("127.0.0.1", new Uri(scene._edge.Url).Port);
        await scene.WriteCredentialsAsync("AKIDFIRST");
        scene.Worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(scene.Sqs.QueueUrl(accident.QueueName), scene.Redis).With(
            ("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null), ("AWS_SHARED_CREDENTIALS_FILE", scene.CredentialsFile), ("ENVIRONMENT_PREFIX", accident.Name),
            ("EDGE_API_URL", $"http://127.0.0.1:{scene.WayToEdge.Port}"), ("SERVER_API_KEY", scene._edge.ApiKey)));
        return scene;
    }

    /// <summary>Sends messages until it is cancelled; a queue that does not exist yet gets none.</summary>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        var messages = new MessageGenerator { Customers = 50, StartAt = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() };
        using var bodies = messages.Generate(1_000_000, prime: true).Select(static message => message.Body()).GetEnumerator();
        while (!cancellationToken.IsCancellationRequested)
        {
            if (Sqs.QueueNames.Contains(_accident.QueueName))
            {
                var next = Next(bodies);
                Sqs.Queue(_accident.QueueName).Enqueue(next);
                _sent += next.Count;
            }

            await Task.Delay(LoadInterval, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Gives the worker other credentials.</summary>
    public Task WriteCredentialsAsync(string accessKey) =>
        File.WriteAllTextAsync(CredentialsFile, $"[default]\naws_access_key_id={accessKey}\naws_secret_access_key=secret\naws_session_token=token-of-{accessKey}\n");

    /// <summary>What became of the messages.</summary>
    public string Balance()
    {
        var (figures, left) = (Sqs.Queue(_accident.QueueName).Figures, Sqs.Queue(_accident.QueueName).Counts);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"When the recording ended: {_sent} messages were sent, {figures.Deleted} applied and deleted, {figures.Redelivered} delivered again, {figures.DeadLetters} moved to the dead-letter queue, {left.Total} waited out their delays in the queue.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        await WayToEdge.DisposeAsync();
        await _edge.DisposeAsync();
        await Redis.DisposeAsync();
        await Sqs.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private List<string> Next(IEnumerator<string> bodies)
    {
        var next = new List<string>();
        while (next.Count < FullMessagesAtOnce && bodies.MoveNext())
        {
            next.Add(bodies.Current);
        }

        for (var i = 0; _accident.SendsWebhooks && i < WebhooksAtOnce; i++)
        {
            var customer = $"fetched-{_webhooks++ % 20}";
            var state = new EntitlementsMessage { CustomerId = customer, Time = MessageGenerator.BaseTime, Entitlements = [new FeatureEntitlement(SingleSignOn)] };
            _edge.Store(customer, null, StiggMessages.EdgeEntitlements(state));
            next.Add(StiggMessages.EntitlementsWebhook(customer));
        }

        next.AddRange(Enumerable.Repeat(StiggMessages.Malformed["cut off"], IsFlooded ? BrokenAtOnce : 0));
        return next;
    }
}
