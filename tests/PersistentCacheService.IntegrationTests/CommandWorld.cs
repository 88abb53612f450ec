using LocalSqs;
using TestKit;
using TestKit.EdgeApi;

namespace PersistentCacheService.IntegrationTests;

/// <summary>All that the executable's commands talk to, in good order: a Redis, the queue <c>main</c> with its dead-letter queue <c>dead</c>, the Edge API.</summary>
internal sealed class CommandWorld : IAsyncLifetime
{
    private RedisServer? _redis;
    private LocalSqsServer? _sqs;
    private FakeEdgeApi? _edge;

    /// <summary>The Redis.</summary>
    public RedisServer Redis => _redis!;

    /// <summary>The queues' server.</summary>
    public LocalSqsServer Sqs => _sqs!;

    /// <summary>The Edge API.</summary>
    public FakeEdgeApi Edge => _edge!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Prerequisite.RedisServer.IsPresent)
        {
            (_redis, _sqs, _edge) = (await RedisServer.StartAsync(), await LocalSqsServer.StartAsync(), await FakeEdgeApi.StartAsync());
            _sqs.CreateQueue("dead");
            _sqs.CreateQueue(new LocalQueueOptions("main") { DeadLetterQueue = "dead" });
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
            await _sqs!.DisposeAsync();
            await _edge!.DisposeAsync();
        }
    }

    /// <summary>The environment of a worker that finds everything, with deadlines that a busy machine keeps.</summary>
    public Dictionary<string, string?> Environment()
    {
        Prerequisite.RedisServer.Demand();
        return WorkerEnvironment.For(Sqs.QueueUrl("main"), Redis).With(
            ("SERVER_API_KEY", Edge.ApiKey), ("EDGE_API_URL", Edge.Url), ("EDGE_API_TIMEOUT_IN_MS", "60000"),
            ("REDIS_CONNECT_TIMEOUT_IN_MS", "60000"), ("REDIS_COMMAND_TIMEOUT_IN_MS", "60000"));
    }
}
