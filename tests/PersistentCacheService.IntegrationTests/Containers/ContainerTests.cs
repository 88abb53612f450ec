using DotNet.Testcontainers.Builders;
using Testcontainers.LocalStack;
using Testcontainers.Redis;
using TestKit;
using TestKit.Invariants;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests.Containers;

/// <summary>The main path and Redis' outages on images: other engines and versions than this machine's, and a queue that is not in this process.</summary>
public sealed class ContainerTests(ContainerEngine engine) : IClassFixture<ContainerEngine>
{
    private const ushort RedisPort = 6379;
    private const ushort QueuePort = 4566;
    private const int Customers = 50;
    private const int Messages = 1000;

    public static TheoryData<string> RedisImages => [.. ContainerEngine.RedisImages];

    [SkippableTheory]
    [MemberData(nameof(RedisImages))]
    public Task Messages_end_in_the_newest_state_of_every_key(string image) => DrainAsync(image, static _ => Task.CompletedTask, static _ => Task.CompletedTask);

    [SkippableTheory]
    [MemberData(nameof(RedisImages))]
    public Task Redis_freezes_during_a_drain_and_nothing_is_lost(string image) =>
        DrainAsync(image, static redis => redis.PauseAsync(), static redis => redis.UnpauseAsync());

    [SkippableTheory]
    [MemberData(nameof(RedisImages))]
    public Task Redis_restarts_empty_during_a_drain_and_nothing_is_lost(string image) =>
        DrainAsync(image, static redis => redis.StopAsync(), static redis => redis.StartAsync(), redisLostData: true);

    private async Task DrainAsync(string image, Func<RedisContainer, Task> begin, Func<RedisContainer, Task> end, bool redisLostData = false)
    {
        engine.Demand();

        // A port of our choice stays the same over a restart.
        var port = FreePort.Next();
        await using var redis = new RedisBuilder(image).WithDockerEndpoint(engine.Endpoint).WithPortBinding(port, RedisPort).Build();
        await using var queueServer = new LocalStackBuilder(ContainerEngine.QueueImage).WithDockerEndpoint(engine.Endpoint)
            .WithEnvironment("SERVICES", "sqs")
            .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(static request => request.ForPath(ContainerEngine.QueueHealth).ForPort(QueuePort)))
            .Build();
        await Task.WhenAll(redis.StartAsync(), queueServer.StartAsync());
        var endpoint = $"http://127.0.0.1:{queueServer.GetMappedPublicPort(QueuePort)}";
        using var queue = await ContainerQueue.CreateAsync(endpoint);
        var messages = new MessageGenerator { Customers = Customers }.Generate(Messages, prime: true).ToArray();
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, "127.0.0.1", port).With(
            ("AWS_ENDPOINT_URL_SQS", endpoint), ("REDIS_COMMAND_TIMEOUT_IN_MS", "1000")));
        await queue.SendAsync(messages[..Customers]);
        await EmptyAsync(queue, worker);

        await begin(redis);
        await queue.SendAsync(messages[Customers..]);
        await end(redis);
        if (redisLostData)
        {
            // What is gone comes again, as the readers would bring it.
            await queue.SendAsync(messages[..Customers]);
        }

        await EmptyAsync(queue, worker);
        await worker.WaitUntilReadyAsync();
        using var reader = await RedisReader.ConnectAsync("127.0.0.1", port);
        await InvariantChecker.HoldsAsync(reader, messages, new CacheRules { RedisLostData = redisLostData });
        Assert.Equal(0, await worker.TerminateAsync());
    }

    private static Task EmptyAsync(ContainerQueue queue, WorkerProcess worker) =>
        worker.WaitAsync(async () => await queue.CountAsync() == 0, "the queue is empty", TimeSpan.FromMinutes(2));
}
