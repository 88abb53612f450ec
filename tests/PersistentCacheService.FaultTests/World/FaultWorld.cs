using System.Globalization;
using LocalSqs;
using PersistentCacheService.IntegrationTests;
using TestKit;
using TestKit.Faults;
using TestKit.Invariants;

namespace PersistentCacheService.FaultTests.World;

/// <summary>A queue, a Redis, workers in processes of their own, and a fault proxy on each way between them; messages come all the time.</summary>
internal sealed class FaultWorld : IAsyncDisposable
{
    /// <summary>Name of the queue; its dead-letter queue is <c>dead</c>.</summary>
    public const string QueueName = "updates";

    private static readonly (string Name, string? Value)[] Quick = [("WAIT_TIME_IN_SECS", "1"), ("CONSUMERS", "4"), ("SHUTDOWN_TIMEOUT_IN_SECS", "5")];

    private readonly WorldOptions _options;
    private readonly RedisServer _firstRedis;
    private readonly List<WorkerProcess> _workers = [];
    private readonly List<IAsyncDisposable> _others = [];
    private (string Name, string? Value)[] _prepared = [];

    private FaultWorld(WorldOptions options, RedisServer redis, LocalSqsServer sqs)
    {
        _options = options;
        Redis = _firstRedis = redis;
        RedisProxy = FaultProxy.Start(redis.Host, options.RedisPort ?? redis.Port, options.Seed);
        Sqs = sqs;
        SqsProxy = FaultProxy.Start("127.0.0.1", new Uri(sqs.ServiceUrl).Port, options.Seed);
        Queue = CreateQueue();
        Load = new Load(Queue, options.Customers, options.Seed);
    }

    /// <summary>The Redis that holds the cache in the end; a failover changes it.</summary>
    public RedisServer Redis { get; set; }

    /// <summary>Between the workers and Redis.</summary>
    public FaultProxy RedisProxy { get; }

    /// <summary>The queue's server.</summary>
    public LocalSqsServer Sqs { get; }

    /// <summary>Between the workers and the queue's server.</summary>
    public FaultProxy SqsProxy { get; }

    /// <summary>The queue.</summary>
    public LocalQueue Queue { get; }

    /// <summary>How long a received message stays hidden.</summary>
    public TimeSpan VisibilityTimeout => _options.VisibilityTimeout;

    /// <summary>Its dead-letter queue.</summary>
    public LocalQueue DeadLetters => Sqs.Queue("dead");

    /// <summary>The messages.</summary>
    public Load Load { get; }

    /// <summary>The first worker.</summary>
    public WorkerProcess Worker => _workers[0];

    /// <summary>All workers.</summary>
    public IReadOnlyList<WorkerProcess> Workers => _workers;

    /// <summary>Bodies that went away with a deleted queue: these messages may have been applied or not.</summary>
    public HashSet<string> BodiesGone { get; } = [];

    /// <summary>A connection to Redis that exists before the fault and lives through it.</summary>
    public RedisReader Admin { get; private set; } = null!;

    /// <summary>Starts everything and waits until every customer is cached and the queue is empty.</summary>
    public static async Task<FaultWorld> StartAsync(WorldOptions? options = null)
    {
        options ??= new WorldOptions();
        Prerequisite.RedisServer.Demand();
        var world = new FaultWorld(options, await RedisServer.StartAsync(options.Engine, options.RedisArguments), await LocalSqsServer.StartAsync(options.Sqs));
        try
        {
            world.Admin = await RedisReader.ConnectAsync(world.Redis.Host, world.Redis.Port);
            world._prepared = await options.Prepare(world);
            for (var number = 0; number < options.Workers; number++)
            {
                await world.StartWorkerAsync();
            }

            world.Load.Prime();
            await world.Worker.WaitAsync(() => Task.FromResult(world.Queue.Counts.Total == 0), "every customer is cached", TimeSpan.FromMinutes(1));
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Creates the queue, also after it was deleted.</summary>
    public LocalQueue CreateQueue() => Sqs.CreateQueue(new LocalQueueOptions(QueueName)
    {
        VisibilityTimeoutSeconds = (int)_options.VisibilityTimeout.TotalSeconds,
        DeadLetterQueue = "dead",
        MaxReceiveCount = _options.MaxReceiveCount,
    });

    /// <summary>Starts one more worker.</summary>
    public async Task<WorkerProcess> StartWorkerAsync()
    {
        var queueUrl = new UriBuilder(Queue.Url) { Host = SqsProxy.Host, Port = SqsProxy.Port }.Uri.AbsoluteUri;
        if (_options.SecondQueueUrl is { } second)
        {
            queueUrl += $",{second}";
        }

        var redisTimeout = Text((int)_options.RedisTimeout.TotalMilliseconds);
        var environment = WorkerEnvironment.For(queueUrl, RedisProxy.Host, RedisProxy.Port)
            .With(Quick)
            .With(("REDIS_COMMAND_TIMEOUT_IN_MS", redisTimeout), ("REDIS_CONNECT_TIMEOUT_IN_MS", redisTimeout))
            .With(_options.Variables)
            .With(_prepared);
        var worker = await WorkerProcess.StartAsync(environment);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Kills a worker (SIGKILL) and takes it off the list.</summary>
    public async Task KillWorkerAsync(WorkerProcess worker)
    {
        _workers.Remove(worker);
        await worker.DisposeAsync();
    }

    /// <summary>Takes over what must go when the world goes.</summary>
    public T Keep<T>(T other)
        where T : IAsyncDisposable
    {
        _others.Add(other);
        return other;
    }

    /// <summary>Starts the load.</summary>
    public void StartLoad() => Load.Start(_options.Rate);

    /// <summary>Runs a redis-cli command line, words separated by blanks.</summary>
    public Task<string> CliAsync(string command) => Redis.CliAsync(command.Split(' '));

    /// <summary>Waits until the queue is empty.</summary>
    public Task DrainedAsync(TimeSpan? deadline = null) =>
        Worker.WaitAsync(() => Task.FromResult(Queue.Counts.Total == 0), "the queue is empty", deadline ?? TimeSpan.FromMinutes(2));

    /// <summary>Checks that nothing is lost and nothing is stale: no message was given up, and every key has the newest value sent.</summary>
    public async Task<int> HoldsAsync(CacheRules? rules = null)
    {
        Assert.Equal(0, DeadLetters.Counts.Total);
        using var reader = await RedisReader.ConnectAsync(Redis.Host, Redis.Port);
        await InvariantChecker.HoldsAsync(reader, Load.Sent, (rules ?? new CacheRules()) with { BodiesLeft = BodiesGone });
        return Load.Sent.Count;
    }

    /// <summary>Does something again and again.</summary>
    public async Task RepeatAsync(TimeSpan interval, TimeSpan duration, Func<Task> action)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < duration)
        {
            await action();
            await Task.Delay(interval, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>A number as words of a command line.</summary>
    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Load.DisposeAsync();
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }

        Admin?.Dispose();
        await SqsProxy.DisposeAsync();
        await RedisProxy.DisposeAsync();
        await Sqs.DisposeAsync();
        foreach (var other in _others)
        {
            await other.DisposeAsync();
        }

        await _firstRedis.DisposeAsync();
    }
}
