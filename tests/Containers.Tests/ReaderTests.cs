using System.Globalization;
using PersistentCacheService.IntegrationTests;
using PersistentCacheService.IntegrationTests.Readers;
using TestKit;

namespace Containers.Tests;

/// <summary>What the worker writes into an engine, Stigg's published readers read from it, without a call to the Edge API.</summary>
[Collection(ContainerCollection.Name)]
public sealed class ReaderTests(ContainerFixture containers)
{
    private static readonly (ReaderKind Kind, string Layout)[] ReadersOfLayouts =
    [
        (ReaderKind.Sdk395, "v2"), (ReaderKind.Sdk395, "dual"), (ReaderKind.Store, "dual"), (ReaderKind.Store, "v3"), (ReaderKind.Sdk443, "v3"), (ReaderKind.Sdk455, "v3"),
    ];

    [SkippableFact]
    public Task Entitlements_of_every_kind_are_read_as_they_were_sent_and_an_older_usage_is_not() => containers.OnEachRedisAsync(async redis =>
    {
        Prerequisite.Npm.Demand();
        var customer = 0;
        foreach (var layout in ReadersOfLayouts.GroupBy(static pair => pair.Layout, static pair => pair.Kind))
        {
            using var queue = await containers.CreateQueueAsync(TimeSpan.FromSeconds(30), maxReceiveCount: 3);
            await using var worker = await WorkerProcess.StartAsync(
                WorkerEnvironment.For(queue.Url, redis.Host, redis.Port).With(("CACHE_LAYOUT", layout.Key), ("ENVIRONMENT_PREFIX", layout.Key)));
            foreach (var kind in layout)
            {
                await using var reader = await ReaderProcess.StartAsync(kind, redis.Port);
                await IsReadAsync(reader, layout.Key, string.Create(CultureInfo.InvariantCulture, $"customer-{++customer}"), HandleAsync);
            }

            async Task HandleAsync(string body)
            {
                await queue.SendAsync(body);
                await worker.WaitAsync(async () => await queue.CountAsync() == 0, "the message is handled");
            }
        }
    });

    private static async Task IsReadAsync(ReaderProcess reader, string layout, string customer, Func<string, Task> handleAsync)
    {
        var offer = new Offer(1_000_000);
        await handleAsync(offer.Message(customer));
        var answer = await reader.ReadAsync(layout, customer);
        Assert.Equal(0, answer.EdgeCalls);
        Assert.Equal(offer.ReadBy(reader.Kind, credits: layout != "v2"), answer.Sorted);

        await handleAsync(new Offer(1_000_500) { Usage = 50 }.UsageMessage(customer));
        await handleAsync(new Offer(1_000_400) { Usage = 49 }.UsageMessage(customer));
        answer = await reader.ReadAsync(layout, customer);
        Assert.Equal((0, 50), (answer.EdgeCalls, answer[Offer.Calls].Usage));
    }
}
