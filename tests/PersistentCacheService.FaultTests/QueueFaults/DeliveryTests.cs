using LocalSqs;
using PersistentCacheService.FaultTests.World;
using TestKit.Messages;

namespace PersistentCacheService.FaultTests.QueueFaults;

/// <summary>What a standard queue may do to messages, and what messages may be.</summary>
public sealed class DeliveryTests
{
    [SkippableFact]
    public async Task Messages_come_twice_and_in_any_order()
    {
        await using var world = await FaultWorld.StartAsync(new WorldOptions
        {
            RedisTimeout = WorldOptions.PatientRedisTimeout,
            Sqs = new LocalSqsOptions { DuplicateShare = 0.5, Shuffle = true },
        });
        await Outage.RunAsync(world, new Fault("SQS", "Messages come twice, also in one batch, and in any order", "every second message is delivered twice, the order is random")
        {
            Begin = static _ => Task.CompletedTask,
            Readyz = Expectation.Up,
        });
        Assert.True(world.Queue.Figures.Duplicated > 100);
    }

    [SkippableFact]
    public Task Handles_expire_while_customers_are_locked() => Outage.RunAsync(
        new Fault("SQS", "Receipt handles expire while customers are locked", "an SDK's lock on every customer, extended for 1.5 visibility timeouts")
        {
            Begin = static world => world.RepeatAsync(TimeSpan.FromMilliseconds(500), FaultLength.VisibilityTimeout * 1.5, () => world.Admin.ExecuteAllAsync(
                [.. Enumerable.Range(0, 50).Select(static number => new[] { "SET", $"production-{MessageGenerator.CustomerId(number)}", "0123456789abcdef0123456789abcdef", "PX", "1500" })])),
            End = static world => world.Admin.ExecuteAllAsync([.. Enumerable.Range(0, 50).Select(static number => new[] { "DEL", $"production-{MessageGenerator.CustomerId(number)}" })]),
            Lasts = TimeSpan.Zero,
            Readyz = Expectation.Up,
        });
}
