using EntitlementCache.Caching;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Applying;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue;
using PersistentCacheService.Refetching;
using PersistentCacheService.Refreshing;
using PersistentCacheService.Tests.EdgeApi;
using PersistentCacheService.Tests.Redis;
using PersistentCacheService.Warming;
using TestKit;
using TestKit.Messages;

namespace PersistentCacheService.Tests.Queue;

/// <summary>The whole way of a message, of the worker's own parts: a real queue, a real Redis, and an HTTP server in the Edge API's place.</summary>
internal sealed class PipelineHarness : IAsyncDisposable
{
    private readonly RedisClient _client;

    private PipelineHarness(QueueHarness queue, RedisServer redis, EdgeHarness edge, CacheUpdatePolicy policy, ILogger<MessageLog>? log)
    {
        Queue = queue;
        Redis = redis;
        Edge = edge;
        var time = TimeProvider.System;
        var settings = new CacheSettings("production", 60, policy, CacheLayout.V3, LockRetryCount: 1);
        _client = new RedisClient(RedisClients.For(redis), time, static () => 0.5, Logs.Logger<RedisClient>());
        Gate = new WriteGate(_client, settings, time, static () => 0.5, Logs.Logger<WriteGate>());
        Width = new PollWidth(queue.Settings, time);
        Memory = new MemoryShortage(Width, queue.Lifetime, time, Logs.Logger<MemoryShortage>());
        var warnings = new OperationWarnings(settings, queue.Metrics, time, Logs.Logger<OperationWarnings>());
        var cache = new ScriptedCache(_client, settings, time, static () => 0.5);
        var writer = new CacheWriter(cache, Gate, warnings, queue.Metrics, time, static () => 0.5, Logs.Logger<CacheWriter>());
        Refresher = new Refresher(edge.Client, writer, queue.Permits, queue.Phases, Memory, time, Logs.Logger<Refresher>());
        var messageLog = new MessageLog(time, log ?? Logs.Logger<MessageLog>());
        var applier = new MessageApplier(writer, Refresher, Witness(edge, cache, time), messageLog);
        Pipeline = new Pipeline(applier, queue.Settler, Memory, new MessageRecord(queue.Metrics, new Tally(), new QueueLag(time)), messageLog);
        Board = new ConsumerBoard(queue.Settings, time);
        ReceiveGate = new ReceiveGate(queue.Settings, Width, Memory, Gate, queue.Permits, time, static () => 0.5);
        Receiver = new Receiver(0, ReceiveGate, queue.Consumed, Pipeline, Board, queue.Phases, Logs.Logger<Receiver>());
    }

    public QueueHarness Queue { get; }

    public RedisServer Redis { get; }

    public EdgeHarness Edge { get; }

    public WriteGate Gate { get; }

    public PollWidth Width { get; }

    public MemoryShortage Memory { get; }

    public Refresher Refresher { get; }

    public Pipeline Pipeline { get; }

    public ConsumerBoard Board { get; }

    public ReceiveGate ReceiveGate { get; }

    public Receiver Receiver { get; }

    public SeenCustomers Seen { get; } = new(limit: 1000, life: null, TimeProvider.System);

    public CapturedLogs Logs => Queue.Logs;

    /// <summary>Starts all parts but the receiver; Redis takes writes.</summary>
    public static async Task<PipelineHarness> StartAsync(
        CacheUpdatePolicy policy = CacheUpdatePolicy.Upsert, ILogger<MessageLog>? log = null, string queueName = "q")
    {
        Prerequisite.RedisServer.Demand();
        var harness = new PipelineHarness(
            await QueueHarness.StartAsync(0, queueName: queueName), await RedisServer.StartAsync(), await EdgeHarness.StartAsync(), policy, log);
        harness._client.Start();
        await harness.Gate.StartAsync(CancellationToken.None);
        Assert.True(await harness.Gate.WaitUntilOpenAsync(TimeSpan.FromSeconds(30), CancellationToken.None));
        return harness;
    }

    /// <summary>The body of a message that writes a customer.</summary>
    public static string Body(string customerId) => new EntitlementsMessage
    {
        CustomerId = customerId,
        Time = 1777630200000,
        Entitlements = [new FeatureEntitlement(new Feature("feature-1", "Feature 1", "BOOLEAN"))],
    }.Body();

    /// <summary>Waits until every message is deleted, returned or left: none holds a permit any more.</summary>
    public Task SettledAsync() => Eventually.HoldsAsync(() => Queue.Permits.Taken == 0, "all messages are settled");

    private EventWitness Witness(EdgeHarness edge, ScriptedCache cache, TimeProvider time)
    {
        var keys = new WarmKeys("production");
        var watch = new EpochWatch(new EpochMarker(_client, keys, time), _client, time, Logs.Logger<EpochWatch>());
        var marks = new WarmMarks(_client, keys, "production");
        var refetch = new CustomerRefetch(edge.Client, cache, edge.Metrics, time, static () => 0.5, Logs.Logger<CustomerRefetch>());
        return new EventWitness(Seen, new MissedChanges(watch, marks, refetch, new CallPace(marks.PermitAsync, 100, time), static () => TimeSpan.FromSeconds(1), time, Logs.Logger<MissedChanges>()));
    }

    public async ValueTask DisposeAsync()
    {
        Queue.Lifetime.StopApplication();
        await Receiver.StopAsync(CancellationToken.None);
        await Gate.StopAsync(CancellationToken.None);
        Receiver.Dispose();
        Gate.Dispose();
        await _client.DisposeAsync();
        await Edge.DisposeAsync();
        await Redis.DisposeAsync();
        await Queue.DisposeAsync();
    }
}
