using LocalSqs;
using TestKit;
using TestKit.EdgeApi;

namespace PersistentCacheService.IntegrationTests.Readers;

/// <summary>A worker of one layout and environment prefix, with a queue of its own.</summary>
internal sealed class FedWorker : IAsyncDisposable
{
    private readonly LocalQueue _queue;

    private FedWorker(WorkerProcess worker, LocalQueue queue)
    {
        Process = worker;
        _queue = queue;
    }

    /// <summary>The worker itself.</summary>
    public WorkerProcess Process { get; }

    /// <summary>Starts it.</summary>
    /// <param name="sqs">Where its queue is made.</param>
    /// <param name="redis">Where it writes.</param>
    /// <param name="layout">CACHE_LAYOUT.</param>
    /// <param name="prefix">ENVIRONMENT_PREFIX.</param>
    /// <param name="edge">What answers its refreshes; null: nothing.</param>
    public static async Task<FedWorker> StartAsync(LocalSqsServer sqs, RedisServer redis, string layout, string prefix, FakeEdgeApi? edge = null)
    {
        var queue = sqs.CreateQueue($"{prefix}-{layout}");
        var environment = WorkerEnvironment.For(queue.Url, redis).With(("CACHE_LAYOUT", layout), ("ENVIRONMENT_PREFIX", prefix));
        if (edge is not null)
        {
            environment.With(("EDGE_API_URL", edge.Url), ("SERVER_API_KEY", edge.ApiKey));
        }

        return new FedWorker(await WorkerProcess.StartAsync(environment), queue);
    }

    /// <summary>Puts messages into its queue.</summary>
    public void Send(params IEnumerable<string> bodies) => _queue.Enqueue(bodies);

    /// <summary>Waits until it has acknowledged all there was.</summary>
    public Task HandledAsync() => Process.WaitAsync(() => Task.FromResult(_queue.Counts.Total == 0), "the queue is empty");

    /// <summary>Both of the above.</summary>
    public Task HandleAsync(params IEnumerable<string> bodies)
    {
        Send(bodies);
        return HandledAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
