using LocalSqs;
using TestKit;

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
    public static async Task<FedWorker> StartAsync(LocalSqsServer sqs, RedisServer redis, string layout, string prefix)
    {
        var queue = sqs.CreateQueue($"{prefix}-{layout}");
        var environment = WorkerEnvironment.For(queue.Url, redis).With(("CACHE_LAYOUT", layout), ("ENVIRONMENT_PREFIX", prefix));
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
