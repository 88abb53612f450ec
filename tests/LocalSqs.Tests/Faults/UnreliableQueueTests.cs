namespace LocalSqs.Tests.Faults;

public sealed class UnreliableQueueTests
{
    private static readonly string[] Bodies = [.. Enumerable.Range(0, 1000).Select(static i => $"{i:000}")];

    [Fact]
    public async Task Shuffled_messages_come_in_another_order_and_each_once()
    {
        var received = await DrainAsync(new LocalSqsOptions { Shuffle = true });
        Assert.NotEqual(Bodies, received);
        Assert.Equal(Bodies, received.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_order_and_another_seed_another()
    {
        var first = await DrainAsync(new LocalSqsOptions { Shuffle = true, Seed = 7 });
        Assert.Equal(first, await DrainAsync(new LocalSqsOptions { Shuffle = true, Seed = 7 }));
        Assert.NotEqual(first, await DrainAsync(new LocalSqsOptions { Shuffle = true, Seed = 8 }));
    }

    [Fact]
    public async Task Duplicates_are_their_share_of_the_messages_with_the_ids_of_the_originals()
    {
        await using var server = await LocalSqsServer.StartAsync(new LocalSqsOptions { DuplicateShare = 0.05, Queues = [new LocalQueueOptions("q")] });
        var queue = server.Queue("q");
        queue.Enqueue(Bodies);
        var all = queue.Peek();
        Assert.InRange(all.Count, 1025, 1080); // 50 duplicates expected of 1000; seeded
        Assert.Equal(1000, all.DistinctBy(static message => message.MessageId).Count());
        Assert.Equal(all.Count - 1000, queue.Figures.Duplicated);
    }

    [Fact]
    public async Task Deleting_one_copy_leaves_the_other()
    {
        await using var server = await LocalSqsServer.StartAsync(new LocalSqsOptions { DuplicateShare = 1, Queues = [new LocalQueueOptions("q")] });
        using var sqs = new SqsHttp(server);
        server.Queue("q").Enqueue("m");
        var copies = await sqs.ReceiveAsync(server.QueueUrl("q"));
        Assert.Equal(2, copies.Count);
        Assert.Equal(copies[0].Text("MessageId"), copies[1].Text("MessageId"));
        Assert.NotEqual(copies[0].Handle(), copies[1].Handle());
        await sqs.DeleteAsync(server.QueueUrl("q"), copies[0].Handle());
        Assert.Equal(1, server.Queue("q").Counts.InFlight);
    }

    private static async Task<List<string>> DrainAsync(LocalSqsOptions options)
    {
        await using var server = await LocalSqsServer.StartAsync(options with { Queues = [new LocalQueueOptions("q")] });
        using var sqs = new SqsHttp(server);
        server.Queue("q").Enqueue(Bodies);
        var received = new List<string>();
        while (server.Queue("q").Counts.Ready > 0)
        {
            received.AddRange((await sqs.ReceiveAsync(server.QueueUrl("q"))).Select(JsonElementExtensions.Body));
        }

        return received;
    }
}
