using System.Net;
using PersistentCacheService.IntegrationTests;
using TestKit.Invariants;
using TestKit.Messages;

namespace Containers.Tests;

/// <summary>All outages at the same time, each with containers of its own: most of every one is waiting.</summary>
public sealed class Outages : IAsyncLifetime
{
    private const int Customers = 50;
    private const int Messages = 1000;

    // Every message in flight comes back at least once in the shorter, and would be a dead letter after the longer.
    private const int FewTimeouts = 2;
    private const int ManyTimeouts = 5;

    private static readonly TimeSpan VisibilityTimeout = TimeSpan.FromSeconds(2);

    private readonly ContainerFixture _containers;

    public Outages(ContainerFixture containers)
    {
        _containers = containers;
        Stop = SurvivesAsync(ManyTimeouts, static redis => redis.Container.StopAsync(), static redis => redis.Container.StartAsync(), redisLostData: true);
        Freeze = SurvivesAsync(FewTimeouts, static redis => redis.Container.PauseAsync(), static redis => redis.Container.UnpauseAsync());
        OutOfMemory = SurvivesAsync(
            ManyTimeouts, static redis => redis.ExecuteAsync("CONFIG", "SET", "maxmemory", "1"), static redis => redis.ExecuteAsync("CONFIG", "SET", "maxmemory", "0"));
        Demotion = SurvivesAsync(
            FewTimeouts, static redis => redis.ExecuteAsync("REPLICAOF", "127.0.0.1", "1"), static redis => redis.ExecuteAsync("REPLICAOF", "NO", "ONE"));
    }

    /// <summary>Redis stops, and starts without data.</summary>
    public Task Stop { get; }

    /// <summary>Redis answers nothing, with its connections open.</summary>
    public Task Freeze { get; }

    /// <summary>Redis refuses writes for lack of memory.</summary>
    public Task OutOfMemory { get; }

    /// <summary>Redis becomes a replica for a while.</summary>
    public Task Demotion { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    // The tests report how they ended; none may be left behind.
    public Task DisposeAsync() => Task.WhenAny(Task.WhenAll(Stop, Freeze, OutOfMemory, Demotion));

    private Task SurvivesAsync(
        int visibilityTimeouts, Func<ContainerRedis, Task> begin, Func<ContainerRedis, Task> end, bool redisLostData = false) => _containers.OnEachRedisAsync(async redis =>
    {
        using var queue = await _containers.CreateQueueAsync(VisibilityTimeout, maxReceiveCount: 4);
        var messages = new MessageGenerator { Customers = Customers }.Generate(Messages, prime: true).ToArray();
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis.Host, redis.Port).With(("WAIT_TIME_IN_SECS", "2")));
        await queue.SendAsync(messages[..Customers]);
        await worker.WaitAsync(async () => await queue.CountAsync() == 0, "every customer is cached");

        var sending = queue.SendAsync(messages[Customers..]);
        await begin(redis);
        await sending;
        await worker.WaitAsync(async () => await worker.GetAsync("/readyz") is (HttpStatusCode.ServiceUnavailable, _), "/readyz reports the outage");
        await worker.WaitForEventAsync(1300);
        await LastsAsync(VisibilityTimeout * visibilityTimeouts);
        Assert.Equal((HttpStatusCode.OK, """{"status":"UP"}"""), await worker.GetAsync("/livez"));
        Assert.True(await queue.CountAsync() > 0, "The outage came after the last message.");
        await end(redis);

        await worker.WaitForEventAsync(1301);
        await worker.WaitAsync(async () => await queue.CountAsync() == 0, "the queue is empty");
        Assert.Equal(0, await queue.CountDeadLettersAsync());
        using var reader = await redis.OpenAsync();
        await InvariantChecker.HoldsAsync(reader, messages, new CacheRules { RedisLostData = redisLostData });
        Assert.Equal(0, await worker.TerminateAsync());
    });

    // The outage itself: time is what these tests are about, there is no state to wait for.
    private static Task LastsAsync(TimeSpan outage) => Task.Delay(outage, TimeProvider.System, CancellationToken.None);
}
