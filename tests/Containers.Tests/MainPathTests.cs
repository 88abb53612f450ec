using PersistentCacheService.IntegrationTests;
using TestKit.Invariants;
using TestKit.Messages;

namespace Containers.Tests;

/// <summary>What goes in comes out, on every engine and version.</summary>
[Collection(ContainerCollection.Name)]
public sealed class MainPathTests(ContainerFixture containers)
{
    private const int Customers = 50;
    private const int Messages = 1000;

    // A good message that a slow machine handles twice later than this is a dead letter; the malformed one takes two of them to become one.
    private static readonly TimeSpan VisibilityTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    [SkippableFact]
    public Task Good_messages_are_written_and_deleted_and_a_malformed_one_goes_to_the_dead_letter_queue() => containers.OnEachRedisAsync(async redis =>
    {
        using var queue = await containers.CreateQueueAsync(VisibilityTimeout, maxReceiveCount: 2);
        var messages = new MessageGenerator { Customers = Customers }.Generate(Messages, prime: true).ToArray();
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis.Host, redis.Port));

        // Every customer first: usage of one that is not cached is skipped.
        await queue.SendAsync(messages[..Customers]);
        await worker.WaitAsync(async () => await queue.CountAsync() == 0, "every customer is cached", Deadline);
        var rest = Delivery.Shuffle(messages[Customers..], seed: 7, duplicates: 0.05);
        await queue.SendAsync(rest);
        await queue.SendAsync(StiggMessages.Malformed["usage missing"]);

        await worker.WaitAsync(
            async () => await queue.CountAsync() == 0 && await queue.CountDeadLettersAsync() == 1, "all is deleted but the malformed message, which is a dead letter", Deadline);
        using var reader = await redis.OpenAsync();
        await InvariantChecker.HoldsAsync(reader, messages);
        Assert.True(await worker.MetricAsync("persistent_cache_messages_processed_total") >= Customers + rest.Count); // SQS delivers at least once.
        Assert.Equal(0, await worker.MetricAsync("persistent_cache_write_errors_total"));
        await worker.WaitUntilReadyAsync();
        Assert.Equal(0, await worker.TerminateAsync());
    });
}
