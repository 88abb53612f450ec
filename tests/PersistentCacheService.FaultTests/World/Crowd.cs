using System.Globalization;
using LocalSqs;
using PersistentCacheService.IntegrationTests;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Invariants;
using TestKit.Messages;

namespace PersistentCacheService.FaultTests.World;

/// <summary>20,000 cached customers, the Edge API that knows them, a queue and replicas: what takes all customers at once happens here.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    /// <summary>How many.</summary>
    public const int Customers = 20_000;

    /// <summary>Calls to the Edge API a second, over all replicas.</summary>
    public const int Rate = 1_000;

    /// <summary>Calls at once of each replica.</summary>
    public const int CallsAtOnce = 16;

    /// <summary>How many of them change while something is done to all, evenly spread.</summary>
    public const int Changed = 500;

    private const string Prefix = "production:";

    private Crowd(RedisServer redis, FakeEdgeApi edge, LocalSqsServer sqs) => (Redis, Edge, Sqs, Queue) = (redis, edge, sqs, sqs.CreateQueue("main"));

    /// <summary>The Redis.</summary>
    public RedisServer Redis { get; }

    /// <summary>The Edge API.</summary>
    public FakeEdgeApi Edge { get; }

    /// <summary>The queue.</summary>
    public LocalQueue Queue { get; }

    /// <summary>The replicas that run.</summary>
    public List<WorkerProcess> Workers { get; } = [];

    private LocalSqsServer Sqs { get; }

    /// <summary>All that changes while something is done to all.</summary>
    public static IEnumerable<int> ThoseThatChange => Enumerable.Range(0, Changed).Select(static i => i * (Customers / Changed));

    /// <summary>Starts all but the replicas.</summary>
    /// <param name="cached">Unix ms of what is cached.</param>
    /// <param name="known">Unix ms of what the Edge API knows.</param>
    public static async Task<Crowd> StartAsync(long cached, long known)
    {
        Prerequisite.RedisServer.Demand();
        var crowd = new Crowd(await RedisServer.StartAsync(), await FakeEdgeApi.StartAsync(), await LocalSqsServer.StartAsync());
        await CustomerStates.CacheAsync(crowd.Redis, Enumerable.Range(0, Customers).Select(i => State(i, cached)), Prefix);
        crowd.Know(Enumerable.Range(0, Customers), known);
        return crowd;
    }

    /// <summary>A customer's state at a time.</summary>
    public static EntitlementsMessage State(int customer, long time) => new()
    {
        CustomerId = string.Create(CultureInfo.InvariantCulture, $"customer-{customer}"),
        Time = time,
        Entitlements = [new FeatureEntitlement(new Feature($"of-{time}", "F", "BOOLEAN"))],
    };

    /// <summary>Lets the Edge API know states.</summary>
    public void Know(IEnumerable<int> customers, long time)
    {
        foreach (var state in customers.Select(customer => State(customer, time)))
        {
            Edge.Store(state.CustomerId, null, StiggMessages.EdgeEntitlements(state));
        }
    }

    /// <summary>Sends messages with states.</summary>
    public void Send(IEnumerable<int> customers, long time) => Queue.Enqueue(customers.Select(customer => State(customer, time).Body()));

    /// <summary>Starts replicas.</summary>
    public async Task StartWorkersAsync(int replicas, params (string Name, string? Value)[] variables)
    {
        var environment = WorkerEnvironment.For(Queue.Url, Redis).With(
            ("SERVER_API_KEY", Edge.ApiKey), ("EDGE_API_URL", Edge.Url), ("EDGE_API_CONCURRENCY", $"{CallsAtOnce}")).With(variables);
        for (var i = 0; i < replicas; i++)
        {
            Workers.Add(await WorkerProcess.StartAsync(environment));
        }
    }

    /// <summary>Whether each customer has its newest state: the changed ones of one time, the others of another.</summary>
    public async Task<bool> IsNewestAsync(long changed, long others)
    {
        using var reader = await RedisReader.ConnectAsync(Redis.Host, Redis.Port);
        var all = await reader.ReadAllAsync();
        return Enumerable.Range(0, Customers).All(i =>
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{Prefix}c_customer-{i}");
            var time = i % (Customers / Changed) == 0 ? changed : others;
            return all.GetValueOrDefault($"{key}#timestamp")?.Value == $"{time}" && all[key].Value!.Contains($"\"of-{time}\"", StringComparison.Ordinal);
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var worker in Workers)
        {
            await worker.DisposeAsync();
        }

        await Sqs.DisposeAsync();
        await Edge.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
